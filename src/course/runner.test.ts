import { join, resolve } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { lessonsOf, readCourse, readLesson } from './disk.ts';
import { FakeEngine } from './fake-engine.ts';
import type { Lesson } from './lesson.ts';
import { MemoryProgress, StoredProgress } from './progress.ts';
import { LessonRunner } from './runner.ts';

const root = resolve(import.meta.dirname, '../../lessons');
let lesson: Lesson;
let runner: LessonRunner | undefined;

beforeAll(async () => {
  const [first] = lessonsOf(await readCourse(root));
  if (first === undefined) throw new Error(`${join(root, 'course.yaml')} has no lesson`);
  lesson = await readLesson(root, first);
});

afterEach(() => {
  runner?.stop();
});

async function begin(engine = new FakeEngine(), progress = new MemoryProgress()) {
  const begun = new LessonRunner(lesson, engine, { language: 'en', progress });
  runner = begun;
  await begun.start();
  return { engine, runner: begun, progress };
}

/** Resolves when `condition` holds, looking again after each change. */
function until(watched: LessonRunner, condition: () => boolean): Promise<void> {
  return new Promise((done) => {
    const look = (): void => {
      if (!condition()) return;
      subscription.dispose();
      done();
    };
    const subscription = watched.onChange(look);
    look();
  });
}

function reasons(watched: LessonRunner, stepId: string): string[] {
  const step = watched.steps.find(({ id }) => id === stepId);
  return step?.checks.filter(({ passed }) => !passed).map(({ reason }) => reason) ?? [];
}

function passedSteps(watched: LessonRunner): string[] {
  return watched.steps.filter(({ state }) => state === 'passed').map(({ id }) => id);
}

/** Answers and deeds up to (and without) the step. */
async function upTo(stepId: string) {
  const begun = await begin();
  const { engine } = begun;
  const deeds: Record<string, () => void> = {
    'one-kernel': () => {
      begun.runner.answer('one-kernel', 'kernels', 2);
    },
    'client-and-daemon': () => {
      engine.request('GET', '/version');
    },
    'first-container': () => {
      engine.run('hello-world');
    },
    'image-stays': () => {
      engine.request('GET', '/images/json');
    },
    'second-run': () => {
      engine.run('hello-world');
    },
    'ended-containers': () => {
      engine.request('GET', '/containers/json?all=1');
    },
  };
  for (const { id } of lesson.steps) {
    if (id === stepId) break;
    deeds[id]?.();
    await until(begun.runner, () => passedSteps(begun.runner).includes(id));
  }
  return begun;
}

describe('a lesson begins', () => {
  it('with one step open, the others to be read ahead, and nothing passed', async () => {
    const { runner } = await begin();
    expect(runner.steps.map(({ state }) => state)).toEqual([
      'open',
      ...lesson.steps.slice(1).map(() => 'locked'),
    ]);
    expect(runner.steps[3]?.blocks.length).toBeGreaterThan(0);
    expect(reasons(runner, 'one-kernel')).toEqual(['The question is not answered yet.']);
    expect(runner.passed).toBe(false);
    expect(runner.notice).toBeNull();
  });

  it('before there is a machine: what is answered meanwhile counts once there is one', async () => {
    const early = new LessonRunner(lesson, new FakeEngine(), {
      language: 'en',
      progress: new MemoryProgress(),
    });
    runner = early;
    early.answer('one-kernel', 'kernels', 2);
    expect(early.steps[0]?.answers).toEqual({ kernels: { choice: 2, correct: true } });
    expect(passedSteps(early)).toEqual([]);
    await early.start();
    expect(passedSteps(early)).toEqual(['one-kernel']);
  });

  it('in the reader’s language, which can be changed at any time', async () => {
    const { runner } = await begin();
    runner.setLanguage('ko');
    expect(runner.steps[0]?.title).toBe('컴퓨터 한 대, 커널 하나');
    expect(reasons(runner, 'one-kernel')).toEqual(['아직 질문에 답하지 않았어요.']);
  });
});

describe('a step passes', () => {
  it('on the deed, in order, until the lesson is passed', async () => {
    const { engine, runner } = await upTo('shell-inside');
    const id = engine.run('busybox', { tty: true, exit: 127 });
    expect(id).toHaveLength(64);
    runner.answer('shell-inside', 'first-pid', 0);
    await until(runner, () => runner.passed);
    expect(passedSteps(runner)).toEqual(lesson.steps.map((step) => step.id));
  });

  it('with a container that --rm removed before anyone could look', async () => {
    const { engine, runner } = await upTo('first-container');
    engine.run('hello-world', { rm: true });
    await until(runner, () => passedSteps(runner).includes('first-container'));
  });

  it('not on a request of the page itself', async () => {
    const { engine, runner } = await upTo('client-and-daemon');
    engine.request('GET', '/version', 200, 'page');
    expect(reasons(runner, 'client-and-daemon')).toEqual([
      'The daemon has not been asked for its version yet.',
    ]);
  });

  it('not on a request from before it opened', async () => {
    const { engine, runner } = await begin();
    engine.request('GET', '/version');
    runner.answer('one-kernel', 'kernels', 2);
    expect(passedSteps(runner)).toEqual(['one-kernel']);
  });
});

describe('a step stays open and says why', () => {
  it('when the image’s name is misspelt', async () => {
    const { engine, runner } = await upTo('first-container');
    engine.pull('helloworld', false);
    const reason =
      'The registry has no image named “helloworld”. A container from hello-world is still missing.';
    await until(runner, () => reasons(runner, 'first-container')[0] === reason);
  });

  it('when the second run pulled again, and passes on a third that does not', async () => {
    const { engine, runner } = await upTo('second-run');
    engine.pull('hello-world');
    engine.run('hello-world');
    const reason =
      'In between, the daemon was asked to pull an image. Do it once more without that.';
    await until(runner, () => reasons(runner, 'second-run')[0] === reason);
    engine.run('hello-world');
    await until(runner, () => passedSteps(runner).includes('second-run'));
  });

  it('when one of two checks holds', async () => {
    const { engine, runner } = await upTo('ended-containers');
    engine.request('GET', '/containers/json');
    const checks = runner.steps.find(({ id }) => id === 'ended-containers')?.checks;
    expect(checks?.map(({ passed }) => passed)).toEqual([true, false]);
    expect(checks?.[1]?.reason).toContain('running containers, but not yet');
  });

  it('while a container that has to end is running', async () => {
    const { engine, runner } = await upTo('shell-inside');
    engine.images.push('busybox');
    const id = engine.create('busybox', true);
    engine.start(id);
    const reason = 'The container from busybox is still running. It has to end.';
    await until(runner, () => reasons(runner, 'shell-inside')[0] === reason);
    engine.exit(id);
    await until(runner, () => reasons(runner, 'shell-inside').length === 1);
  });
});

describe('progress', () => {
  it('is sticky: what passed stays passed in a new machine', async () => {
    const { runner, progress } = await upTo('image-stays');
    runner.stop();
    const again = await begin(new FakeEngine(), progress);
    expect(passedSteps(again.runner)).toEqual([
      'one-kernel',
      'client-and-daemon',
      'first-container',
    ]);
    again.runner.restart();
    expect(passedSteps(again.runner)).toEqual([]);
  });

  it('is turned back by undo, a step at a time', async () => {
    const { runner, progress } = await upTo('image-stays');
    runner.undo();
    expect(passedSteps(runner)).toEqual(['one-kernel', 'client-and-daemon']);
    runner.undo();
    runner.undo();
    runner.undo();
    expect(progress.load(lesson.id).progress).toMatchObject({
      passed: [],
      answers: { 'one-kernel': {} },
    });
    const again = await begin(new FakeEngine(), progress);
    expect(reasons(again.runner, 'one-kernel')).toEqual(['The question is not answered yet.']);
  });

  it('keeps answers and hints', async () => {
    const { runner, progress } = await upTo('client-and-daemon');
    for (let i = 0; i < 9; i++) runner.revealHint('client-and-daemon');
    runner.stop();
    const again = await begin(new FakeEngine(), progress);
    expect(again.runner.steps[1]?.hintsRevealed).toBe(3);
    expect(again.runner.steps[0]?.answers).toEqual({ kernels: { choice: 2, correct: true } });
  });

  it('that cannot be read starts afresh and says so', async () => {
    const storage = { getItem: () => '{"version":1,"passed":7}', setItem: () => undefined };
    const progress = new StoredProgress(() => storage);
    runner = new LessonRunner(lesson, new FakeEngine(), { language: 'en', progress });
    await runner.start();
    expect(runner.notice).toContain('could not be read');
    expect(passedSteps(runner)).toEqual([]);
  });

  it('that cannot be kept does not stop the lesson', async () => {
    const progress = new StoredProgress(() => {
      throw new Error('SecurityError');
    });
    runner = new LessonRunner(lesson, new FakeEngine(), { language: 'ko', progress });
    await runner.start();
    runner.answer('one-kernel', 'kernels', 2);
    expect(passedSteps(runner)).toEqual(['one-kernel']);
    expect(runner.notice).toContain('저장할 수 없어요');
  });
});

describe('an engine that goes away', () => {
  it('is watched again once it is back, and what happened meanwhile counts', async () => {
    const { engine, runner } = await upTo('first-container');
    engine.down = true;
    engine.breakStreams();
    await until(runner, () => runner.notice?.includes('cannot see the container engine') === true);
    engine.run('hello-world');
    engine.down = false;
    await until(runner, () => passedSteps(runner).includes('first-container'));
    await until(runner, () => runner.notice === null);
    await vi.waitUntil(() => engine.openStreams === 2);
  });

  it('is not asked for anything that is not stale', async () => {
    const { engine, runner } = await upTo('client-and-daemon');
    const before = engine.asked.length;
    engine.request('GET', '/version');
    await until(runner, () => passedSteps(runner).includes('client-and-daemon'));
    expect(engine.asked.length).toBe(before);
  });
});
