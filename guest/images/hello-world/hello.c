/* The program of the hello-world image: no libc, two system calls. */
#define SYS_exit 1
#define SYS_write 4

static const char text[] =
	"\n"
	"Hello from Ship in a Bottle!\n"
	"병 속의 배에서 보내는 인사입니다: 컨테이너가 실제로 실행되었습니다.\n"
	"\n"
	"These lines were written by a process in a container. What just happened:\n"
	" 1. The docker command asked the engine, over a unix socket, to run the image\n"
	"    hello-world.\n"
	" 2. If the image was not here yet, the engine pulled it from the registry and\n"
	"    checked the digest of every part.\n"
	" 3. The engine made a container of it: namespaces of its own, a cgroup, a file\n"
	"    system laid over the image. In it Linux started /hello as process 1.\n"
	" 4. /hello wrote this text and ended. The engine carried the text to your\n"
	"    terminal and kept the exit status.\n"
	"\n"
	"Next, a shell inside a container:\n"
	"    docker run -it busybox sh\n"
	"\n";

static long syscall3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}

_Noreturn void _start(void)
{
	const char *next = text;
	long left = (long)sizeof(text) - 1;
	long status = 0;

	while (left > 0) {
		long written = syscall3(SYS_write, 1, (long)next, left);

		if (written <= 0) {
			status = 1;
			break;
		}
		next += written;
		left -= written;
	}
	for (;;)
		(void)syscall3(SYS_exit, status, 0, 0);
}
