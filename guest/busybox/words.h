/*
 * Completion of docker's words in the line editor: the command itself knows them best.
 *
 * `docker ps --f<TAB>` runs `docker __complete ps --f`, which prints a word a line and, last, a colon and
 * a number whose bit 4 says that files will not do (the protocol of docker's own completion).
 * Included by libbb/lineedit.c; build.sh puts the call where the editor looks for files.
 */
#include <poll.h>

enum { MOST_WORDS = 64, MOST_ANSWER = 32 * 1024, PATIENCE_MS = 2000, NO_FILES = 4 };

/* What stands before the cursor; the editor's own copy is cut to the last word before it is needed. */
static char words_line[MAX_LINELEN];

static void words_note(const char *line)
{
	safe_strncpy(words_line, line, sizeof(words_line));
}

/* The words of the last command of the line, `docker` first; 0 when it is another command's, or quoted. */
static int words_split(char *line, char **words)
{
	int count = 0;
	char *last = line;

	if (strpbrk(line, "'\"\\$`<>()"))
		return 0;
	for (char *p = line; *p; p++)
		if (*p == ';' || *p == '|' || *p == '&')
			last = p + 1;
	for (char *word = strtok(last, " "); word; word = strtok(NULL, " ")) {
		if (count == 0 && strcmp(word, "sudo") == 0)
			continue;
		if (count == MOST_WORDS - 3)
			return 0;
		words[count++] = word;
	}
	return count > 0 && strcmp(words[0], "docker") == 0 ? count : 0;
}

/* What the command prints, or NULL when it takes too long. */
static char *words_ask(char **argv)
{
	int pipes[2];
	size_t length = 0;
	char *answer = xmalloc(MOST_ANSWER + 1);
	pid_t child;

	xpipe(pipes);
	child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);
		if (null < 0)
			_exit(127);
		dup2(null, 0);
		dup2(pipes[1], 1);
		dup2(null, 2);
		close(pipes[0]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(pipes[1]);
	while (child > 0 && length < MOST_ANSWER) {
		struct pollfd ready = { .fd = pipes[0], .events = POLLIN };
		ssize_t got = safe_poll(&ready, 1, PATIENCE_MS) == 1
			? safe_read(pipes[0], answer + length, MOST_ANSWER - length) : -1;
		if (got <= 0) {
			if (got < 0) {
				kill(child, SIGKILL);
				length = 0;
			}
			break;
		}
		length += got;
	}
	close(pipes[0]);
	if (child > 0)
		safe_waitpid(child, NULL, 0);
	answer[length] = '\0';
	return answer;
}

/* Adds the words that fit `last`, which the editor has cut from the line; true when files shall not be
 * looked for. */
static int words_complete(const char *last)
{
	char *words[MOST_WORDS], *line = xstrdup(words_line), *answer;
	int count, done = 0;
	size_t length = strlen(line);
	int open = length == 0 || line[length - 1] == ' ';

	count = words_split(line, words);
	/* `docker` itself is a command like others while it is typed. */
	if (count == 0 || (count == 1 && !open)) {
		free(line);
		return 0;
	}
	if (open)
		words[count++] = (char *)"";
	memmove(words + 2, words + 1, (count - 1) * sizeof(words[0]));
	words[1] = (char *)"__complete";
	words[count + 1] = NULL;
	answer = words_ask(words);
	for (char *word = strtok(answer, "\n"); word; word = strtok(NULL, "\n")) {
		if (*word == ':') {
			done = num_matches > 0 || (atoi(word + 1) & NO_FILES);
			break;
		}
		if (is_prefixed_with(word, last))
			add_match(xstrdup(word));
	}
	free(answer);
	free(line);
	return done;
}
