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
  create: 'to create a container',
  start: 'to start a container',
  logs: 'for the logs of a container',
  inspect: 'to inspect a container',
};

function ask(request: RequestName): string {
  const key = keyOfRequest(request);
  return key === null ? `with ${request.method} ${request.path}` : requests[key];
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
