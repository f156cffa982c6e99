/** A lesson goes on when the daemon that it watches dies and is started again. */
import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { lessonsOf, readCourse, readLesson } from '../../src/course/disk.ts';
import { Guest } from '../guest/machine.ts';
import { Classroom } from './classroom.ts';

const root = resolve(import.meta.dirname, '../../lessons');
let classroom: Classroom | undefined;

afterAll(async () => {
  await classroom?.close();
});

it('a step passes after kill -9 of the daemon, and the notice about it goes away', async () => {
  const [entry] = lessonsOf(await readCourse(root));
  if (entry === undefined) throw new Error('the course has no lesson');
  const guest = await Guest.open();
  classroom = await Classroom.open(await readLesson(root, entry), { machine: guest.machine });
  const { runner } = classroom;
  runner.answer('one-kernel', 'kernels', 2);
  await classroom.passed('one-kernel');

  const lost = classroom.notices((notice) => notice !== null);
  const { code, stderr } = await guest.root("kill -9 $(pgrep -f '^engine daemon')");
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await lost).toContain('cannot see the container engine');
  await classroom.notices((notice) => notice === null);

  await classroom.doAll('client-and-daemon', [
    { kind: 'type', line: 'docker version', until: null },
  ]);
  await classroom.passed('client-and-daemon');
  await classroom.doAll('first-container', [
    { kind: 'type', line: 'docker run hello-world', until: null },
  ]);
  await classroom.passed('first-container');
  expect(runner.notice).toBeNull();
});
