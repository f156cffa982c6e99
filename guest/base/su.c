/*
 * su and sudo for a guest whose passwords are empty: set-user-ID root, it becomes root and hands over
 * to busybox, which asks root for no password. A setuid copy of busybox itself would cost 2 MB of the
 * guest's memory, and setuid on busybox would make every process of the learner undumpable.
 *
 *   su [ARGUMENTS]      as busybox su takes them: su, su -, su -c COMMAND, su learner
 *   sudo COMMAND...     runs COMMAND as root; sudo -i and sudo -s open a shell
 *
 * No libc: a static i386 program of one page.
 */
#define SYS_exit 1
#define SYS_write 4
#define SYS_execve 11
#define SYS_setuid32 213
#define SYS_setgid32 214
#define SYS_setgroups32 206

#define BUSYBOX "/bin/busybox"

static long syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

static _Noreturn void fail(const char *message)
{
	const char *end = message;

	while (*end)
		end++;
	/* Nowhere to report a failure to: this is the report */
	(void)syscall3(SYS_write, 2, (long)message, end - message);
	for (;;)
		(void)syscall3(SYS_exit, 1, 0, 0);
}

static int ends_with_sudo(const char *name)
{
	const char *end = name;

	while (*end)
		end++;
	return end - name >= 4 && end[-4] == 's' && end[-3] == 'u' && end[-2] == 'd' && end[-1] == 'o';
}

static int is_shell_option(const char *argument)
{
	return argument[0] == '-' && (argument[1] == 'i' || argument[1] == 's') && argument[2] == '\0';
}

/* stack: argc, argv[0..argc-1], NULL, environment, NULL, as the kernel leaves it */
__attribute__((used)) static _Noreturn void start(long *stack)
{
	static const char *arguments[256];
	long argc = stack[0];
	char **argv = (char **)(stack + 1);
	char **environment = argv + argc + 1;
	long count = 0;

	if (argc < 1 || argc > 250)
		fail("su: too many arguments\n");
	arguments[count++] = "busybox";
	if (!ends_with_sudo(argv[0])) {
		arguments[count++] = "su";
	} else if (argc == 1) {
		fail("usage: sudo COMMAND [ARGUMENTS], or sudo -i for a shell of root\n");
	} else if (is_shell_option(argv[1])) {
		arguments[count++] = "su";
		arguments[count++] = "-";
	} else if (argv[1][0] == '-') {
		fail("sudo: of sudo's options this one knows -i and -s; the command comes first\n");
	} else {
		arguments[count++] = "env";
	}
	for (long i = count > 2 ? 2 : 1; i < argc; i++)
		arguments[count++] = argv[i];
	if (syscall3(SYS_setgid32, 0, 0, 0) < 0 || syscall3(SYS_setuid32, 0, 0, 0) < 0 ||
	    syscall3(SYS_setgroups32, 0, 0, 0) < 0)
		fail("su: cannot become root: the file must be owned by root and set-user-ID, outside of user namespaces\n");
	(void)syscall3(SYS_execve, (long)BUSYBOX, (long)arguments, (long)environment);
	fail("su: cannot execute " BUSYBOX "\n");
}

__asm__(".globl _start\n"
	"_start:\n"
	"	xorl %ebp, %ebp\n"
	"	movl %esp, %eax\n"
	"	andl $-16, %esp\n"
	"	subl $12, %esp\n"
	"	pushl %eax\n"
	"	call start\n"
	"	hlt\n");
