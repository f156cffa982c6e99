/**
 * Transcripts: what a person would see in a terminal, as data. A case is a command and what it prints.
 *
 *     $ docker create --name a busybox sleep 100
 *     <id>
 *     $ docker rm -f a nope
 *     a
 *     ! Error response from daemon: No such container: nope
 *     ? 1
 *
 * `$ ` begins a command (`> ` goes on with it), `! ` is a line of standard error, `? ` the exit status when it is
 * not 0; everything else is standard output, which is complete: a case without any prints nothing. What stands in
 * for fields that change from run to run is in `expectation.ts`. `# since 28` behind a command says from which
 * version of the Docker CLI on the case holds for it; `# inside: WORDS` or `# outside: WORDS` that it is for the
 * guest's own `docker`, or for the real one, alone, and why.
 */

export interface Case {
  /** The whole command, as the shell gets it. */
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  /** The first major version of the Docker CLI that does so; 0 when all do. */
  readonly since: number;
  /** Where alone the command is run. */
  readonly only: 'inside' | 'outside' | null;
}

/** Scenarios of one area by what they show. Each begins with no container, network or volume, and the bundled images pulled. */
export type Area = Readonly<Record<string, string>>;

/** Throws when the text is no transcript. */
export function parseTranscript(text: string): Case[] {
  const cases: { command: string; out: string[]; err: string[]; status: number }[] = [];
  for (const line of unindent(text)) {
    const last = cases.at(-1);
    if (line.startsWith('$ ')) {
      cases.push({ command: line.slice(2), out: [], err: [], status: 0 });
    } else if (!last) throw new Error(`a transcript begins with "$ COMMAND", not with "${line}"`);
    else if (line.startsWith('> ') && last.out.length + last.err.length === 0)
      last.command += `\n${line.slice(2)}`;
    else if (line.startsWith('! ') || line === '!') last.err.push(line.slice(2));
    else if (/^\? \d+$/.test(line)) last.status = Number(line.slice(2));
    else last.out.push(line);
  }
  return cases.map(({ command, out, err, status }) => {
    const since = /# since (\d+)/.exec(command)?.[1] ?? '0';
    const only = /# (inside|outside): /.exec(command)?.[1];
    return {
      command,
      stdout: whole(out),
      stderr: whole(err),
      status,
      since: Number(since),
      only: only === 'inside' || only === 'outside' ? only : null,
    };
  });
}

/** The lines without the white space that all of them begin with. */
function unindent(text: string): string[] {
  const lines = text.replace(/^\n/, '').trimEnd().split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth));
}

function whole(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
