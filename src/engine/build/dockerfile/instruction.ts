import type { Heredoc } from './heredoc.ts';

/** What every instruction carries. */
interface Place {
  /** The instruction as it is printed: its lines joined, trimmed. */
  readonly code: string;
  /** Its first line in the file, from 1. */
  readonly line: number;
}

export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** ARG: null when there is only a name. */
export interface OptionalPair {
  readonly key: string;
  readonly value: string | null;
}

/** The words of RUN, CMD and ENTRYPOINT. */
export interface CommandLine {
  readonly words: readonly string[];
  /** Written as text: the shell goes before it. */
  readonly shell: boolean;
}

/** A file whose content stands in the Dockerfile. */
export interface InlineFile {
  readonly name: string;
  readonly content: string;
  /** Variables in it are replaced. */
  readonly expand: boolean;
}

/** What COPY and ADD share. */
export interface Transfer {
  readonly sources: readonly string[];
  readonly files: readonly InlineFile[];
  readonly destination: string;
  /** '' when the flag was not given. */
  readonly chown: string;
  readonly chmod: string;
}

/** Nanoseconds, as the Engine API has them; 0 is the default of the engine. */
export interface Healthcheck {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

export type Instruction = Place &
  (
    | ({ readonly name: 'ADD'; readonly checksum: string } & Transfer)
    | { readonly name: 'ARG'; readonly args: readonly OptionalPair[] }
    | { readonly name: 'CMD'; readonly command: CommandLine }
    | ({ readonly name: 'COPY'; readonly from: string } & Transfer)
    | { readonly name: 'ENTRYPOINT'; readonly command: CommandLine }
    | { readonly name: 'ENV'; readonly pairs: readonly Pair[] }
    | { readonly name: 'EXPOSE'; readonly ports: readonly string[] }
    | {
        readonly name: 'FROM';
        readonly base: string;
        /** In lower case; '' without AS. */
        readonly stage: string;
        readonly platform: string;
      }
    | { readonly name: 'HEALTHCHECK'; readonly health: Healthcheck }
    | {
        readonly name: 'LABEL';
        readonly pairs: readonly Pair[];
        /** From `--label`: taken as it is. */
        readonly literal: boolean;
      }
    | { readonly name: 'MAINTAINER'; readonly maintainer: string }
    | { readonly name: 'ONBUILD'; readonly trigger: string }
    | {
        readonly name: 'RUN';
        readonly command: CommandLine;
        readonly heredocs: readonly Heredoc[];
        /** Names of the flags that were given. */
        readonly flags: readonly string[];
      }
    | { readonly name: 'SHELL'; readonly shell: readonly string[] }
    | { readonly name: 'STOPSIGNAL'; readonly signal: string }
    | { readonly name: 'USER'; readonly user: string }
    | { readonly name: 'VOLUME'; readonly volumes: readonly string[] }
    | { readonly name: 'WORKDIR'; readonly path: string }
  );

export type InstructionName = Instruction['name'];

/** One kind of instruction. */
export type Of<Name extends InstructionName> = Extract<Instruction, { readonly name: Name }>;
