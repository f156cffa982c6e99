import type { Deed, Reason, RequestName, Wanted } from '../checks/outcome.ts';
import { keyOfRequest } from './requests.ts';
import type { Notice, Sentences } from './sentences.ts';

/** Each completes "The daemon was asked …". */
const requests: Sentences['requests'] = {
  version: 'for its version',
  info: 'for its state as a whole',
  images: 'for the list of images',
  running: 'for the list of running containers',
  all: 'for the list of all containers, ended ones included',
  pull: 'to pull an image',
  pullDigest: 'to pull an image by its digest',
  create: 'to create a container',
  start: 'to start a container',
  logs: 'for the logs of a container',
  follow: 'to follow the logs of a container',
  inspect: 'to inspect a container',
  inspectImage: 'to inspect an image',
  history: 'for the history of an image',
  attach: 'to attach to a container',
  top: 'for the processes of a container',
  stats: 'what a container uses',
  changes: 'what has changed in a container',
  copyOut: 'for files of a container',
  copyIn: 'to put files into a container',
  build: 'to build an image',
  removeImage: 'to remove an image',
};

function ask(request: RequestName): string {
  const key = keyOfRequest(request);
  return key === null ? `with ${request.method} ${request.path}` : requests[key];
}

/** What `docker events` calls them; each completes "Nobody has …". */
const events: Readonly<Record<string, string>> = {
  attach: 'attached to it',
  detach: 'detached from it',
  rename: 'renamed it',
  pause: 'paused it',
  unpause: 'unpaused it',
  restart: 'restarted it',
  destroy: 'removed it',
};

/** A pattern as a learner reads it. */
function shown(pattern: string): string {
  return `“${pattern.replaceAll('*', '…')}”`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

/** "a container from busybox", "a container named web" */
function container(wanted: Wanted): string {
  return 'image' in wanted ? `container from ${wanted.image}` : `container named ${wanted.name}`;
}

function deed(what: Deed): string {
  return what.kind === 'container'
    ? `a ${container(what.wanted)} was created`
    : `the daemon was asked ${ask(what.request)}`;
}

function reason(why: Reason): string {
  switch (why.kind) {
    case 'no-container':
      return `There is no ${container(why.wanted)} yet.`;
    case 'pull-refused':
      return `The registry has no image named “${why.asked}”. A ${container(why.wanted)} is still missing.`;
    case 'other-container':
      return `There is a container from ${why.seen}, but no ${container(why.wanted)} yet.`;
    case 'other-name':
      return `There is a container named ${why.seen}, but no ${container(why.wanted)} yet.`;
    case 'unseen':
      return `The ${container(why.wanted)} was gone before the lesson could look at it. Run it once more without --rm.`;
    case 'other-command':
      return `The ${container(why.wanted)} runs “${why.seen}”; it should run ${shown(why.needed)}.`;
    case 'no-variable':
      return `The ${container(why.wanted)} has no environment variable ${shown(why.needed)}.`;
    case 'not-published':
      return `The ${container(why.wanted)} does not publish its port as asked. It needs -p ${why.needed}.`;
    case 'too-few-starts':
      return `The ${container(why.wanted)} has been started ${times(why.seen)}; it should be ${times(why.needed)}.`;
    case 'too-few-containers':
      return `So far ${why.seen === 1 ? 'there is 1' : `there are ${String(why.seen)}`} ${container(why.wanted)}; ${String(why.needed)} are needed.`;
    case 'no-terminal':
      return `The ${container(why.wanted)} has no terminal. It needs -it.`;
    case 'has-terminal':
      return `The ${container(why.wanted)} has a terminal. This time it should run without -it.`;
    case 'not-started':
      return `The ${container(why.wanted)} was created but has not started.`;
    case 'still-running':
      return `The ${container(why.wanted)} is still running. It has to end.`;
    case 'wrong-state':
      return `The ${container(why.wanted)} is ${why.seen}; it should be ${why.needed}.`;
    case 'wrong-exit':
      return `The ${container(why.wanted)} ended with exit code ${String(why.seen ?? 'unknown')}; it should be ${String(why.needed)}.`;
    case 'removed':
      return `The ${container(why.wanted)} has been removed. One that stays is needed: run it without --rm.`;
    case 'still-there':
      return `The ${container(why.wanted)} is still there. It has to be removed.`;
    case 'no-image':
      return `The image ${why.name} is not here yet.`;
    case 'image-there':
      return `The image ${why.name} is still here. It has to be removed.`;
    case 'image-refused':
      return `The registry has no image named “${why.asked}”. The image ${why.name} is still missing.`;
    case 'other-history':
      return `The image ${why.name} was not built in this order: ${shown(why.needed)}.`;
    case 'not-smaller':
      return `The image ${why.name} is not smaller than ${why.than}.`;
    case 'no-exec':
      return why.seen === null
        ? `No command has been run inside the ${container(why.wanted)} yet.`
        : `“${why.seen}” was run inside the ${container(why.wanted)}, but not yet ${shown(why.needed)}.`;
    case 'exec-running':
      return `“${why.command}” is still running inside the ${container(why.wanted)}. It has to end.`;
    case 'exec-failed':
      return `“${why.command}” ended inside the ${container(why.wanted)} with exit code ${String(why.seen)}; it should be ${String(why.needed)}.`;
    case 'no-signal':
      return why.seen === null
        ? `The ${container(why.wanted)} has not been sent ${why.needed} yet.`
        : `The ${container(why.wanted)} was sent ${why.seen}, but not yet ${why.needed}.`;
    case 'no-event': {
      const said = events[why.action];
      return said === undefined
        ? `The ${container(why.wanted)} has not reported “${why.action}” yet.`
        : `The ${container(why.wanted)} is there, but nobody has ${said} yet.`;
    }
    case 'no-file':
      return `The ${container(why.wanted)} has no file ${why.path} yet.`;
    case 'file-there':
      return `The ${container(why.wanted)} still has the file ${why.path}. It should not be there.`;
    case 'file-differs':
      return `The file ${why.path} of the ${container(why.wanted)} does not contain “${why.needed}” yet.`;
    case 'not-printed':
      return `The ${container(why.wanted)} has not printed “${why.needed}” yet.`;
    case 'no-request':
      return `The daemon has not been asked ${ask(why.wanted)} yet.`;
    case 'other-request':
      return `The daemon was asked ${ask(why.seen)}, but not yet ${ask(why.wanted)}.`;
    case 'request-failed':
      return `The daemon was asked ${ask(why.wanted)}, and answered with an error (${String(why.status)}).`;
    case 'unanswered':
      return 'The question is not answered yet.';
    case 'answered-wrong':
      return 'The question has an answer, but not the right one. Read the note under it and choose again.';
    case 'wrong-order':
      return `The order is missing: first ${deed(why.first)}, after that ${deed(why.then)}.`;
    case 'in-between':
      return `In between, ${deed(why.between)}. Do it once more without that.`;
    case 'unwanted':
      return 'Something is still there that should be gone.';
  }
}

function notice(what: Notice): string {
  switch (what.kind) {
    case 'progress-unreadable':
      return 'Your saved progress could not be read, so this lesson starts from the beginning.';
    case 'progress-blocked':
      return 'This browser does not let the page store anything. The lesson works, but your progress is lost when you close the tab.';
    case 'engine-unreachable':
      return `The lesson cannot see the container engine (${what.detail}). It keeps trying; your work in the terminal is not lost.`;
  }
}

export const en: Sentences = { reason, notice, requests };
