import { attach } from './commands/attach.ts';
import { build } from './commands/build.ts';
import { builderPrune } from './commands/builderPrune.ts';
import { commit } from './commands/commit.ts';
import { containerPrune } from './commands/containerPrune.ts';
import { cp } from './commands/cp.ts';
import { create } from './commands/create.ts';
import { diff } from './commands/diff.ts';
import { events } from './commands/events.ts';
import { exec } from './commands/exec.ts';
import { exportCommand } from './commands/export.ts';
import { history } from './commands/history.ts';
import { imagePrune } from './commands/imagePrune.ts';
import { images } from './commands/images.ts';
import { importCommand } from './commands/import.ts';
import { info } from './commands/info.ts';
import { inspect, inspectOf } from './commands/inspect.ts';
import { kill } from './commands/kill.ts';
import { load } from './commands/load.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { logs } from './commands/logs.ts';
import { network } from './commands/network/index.ts';
import { pause } from './commands/pause.ts';
import { port } from './commands/port.ts';
import { ps } from './commands/ps.ts';
import { pull } from './commands/pull.ts';
import { push } from './commands/push.ts';
import { rename } from './commands/rename.ts';
import { restart } from './commands/restart.ts';
import { rm } from './commands/rm.ts';
import { rmi } from './commands/rmi.ts';
import { run } from './commands/run.ts';
import { save } from './commands/save.ts';
import { search } from './commands/search.ts';
import { start } from './commands/start.ts';
import { stats } from './commands/stats.ts';
import { stop } from './commands/stop.ts';
import { systemDf } from './commands/systemDf.ts';
import { systemPrune } from './commands/systemPrune.ts';
import { tag } from './commands/tag.ts';
import { top } from './commands/top.ts';
import { unpause } from './commands/unpause.ts';
import { update } from './commands/update.ts';
import { version } from './commands/version.ts';
import { volume } from './commands/volume.ts';
import { wait } from './commands/wait.ts';
import { commandList } from './help.ts';
import type { Command, Group } from './command.ts';

/** The commands that beginners look for, in the order of the help. */
const common = {
  run,
  exec,
  ps,
  build,
  pull,
  push,
  images,
  login,
  logout,
  search,
  version,
  info,
} as const;

const others = {
  attach,
  commit,
  cp,
  create,
  diff,
  events,
  export: exportCommand,
  history,
  import: importCommand,
  inspect,
  kill,
  load,
  logs,
  pause,
  port,
  rename,
  restart,
  rm,
  rmi,
  save,
  start,
  stats,
  stop,
  tag,
  top,
  unpause,
  update,
  wait,
} as const;

/** Every command that stands right behind `docker`. */
export function topCommands(): Readonly<Record<string, Command>> {
  return everyCommand;
}

const everyCommand: Readonly<Record<string, Command>> = { ...common, ...others };

/** The words that group commands. */
export function groups(): Readonly<Record<string, Group>> {
  return (everyGroup ??= makeGroups());
}

let everyGroup: Readonly<Record<string, Group>> | null = null;

function makeGroups(): Readonly<Record<string, Group>> {
  return {
    builder: { short: 'Manage builds', commands: { build, prune: builderPrune } },
    container: {
      short: 'Manage containers',
      commands: {
        attach,
        commit,
        cp,
        create,
        diff,
        exec,
        export: exportCommand,
        inspect: inspectOf('container'),
        kill,
        logs,
        ls: ps,
        pause,
        port,
        prune: containerPrune,
        rename,
        restart,
        rm,
        run,
        start,
        stats,
        stop,
        top,
        unpause,
        update,
        wait,
      },
      hidden: { list: 'ls', ps: 'ls', remove: 'rm' },
    },
    image: {
      short: 'Manage images',
      commands: {
        build,
        history,
        import: importCommand,
        inspect: inspectOf('image'),
        load,
        ls: images,
        prune: imagePrune,
        pull,
        push,
        rm: rmi,
        save,
        tag,
      },
      hidden: { list: 'ls', remove: 'rm' },
    },
    network,
    system: {
      short: 'Manage Docker',
      commands: { df: systemDf, events, info, prune: systemPrune },
    },
    volume,
  };
}

/** Words that Docker has and the sandbox has not. */
const ABSENT =
  /^(buildx|checkpoint|compose|config|context|manifest|node|plugin|secret|service|stack|swarm|trust|update)$/;

/** Why `docker WORD` cannot be done. */
export function unknown(path: string, word: string): string {
  const [program = 'docker'] = path.split(' ');
  return ABSENT.test(word) && program === 'docker'
    ? `docker: '${path} ${word}' is not in this sandbox`
    : `${program}: unknown command: ${path} ${word}`;
}

/** The help of `docker` alone. */
export function topHelp(): string {
  return (
    'Usage:  docker [OPTIONS] COMMAND\n\n' +
    'A self-sufficient runtime for containers\n\n' +
    `Common Commands:\n${commandList(Object.entries(common), false)}\n` +
    `Management Commands:\n${commandList(Object.entries(groups()))}\n` +
    `Commands:\n${commandList(Object.entries(others))}\n` +
    'Global Options:\n' +
    '  -D, --debug              Enable debug mode\n' +
    '  -H, --host list          Daemon socket to connect to\n' +
    '  -v, --version            Print version information and quit\n\n' +
    "Run 'docker COMMAND --help' for more information on a command.\n"
  );
}
