/**
 * Users that are made on the spot: the first login with a name makes the user and sets the password, and
 * whatever the name is, repositories below it (`alice/app`) are that user's.
 */
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, randomBytes } from '@noble/hashes/utils.js';
import * as z from 'zod/mini';
import { Mutex } from '../mutex.ts';
import { readText } from '../storage/storage.ts';
import { writeJson } from '../storage/store.ts';
import type { Store } from '../storage/store.ts';

const userSchema = z.object({ salt: z.string(), hash: z.string() });
/** As far as a classroom's password needs it; nobody types a real one into a sandbox. */
const ITERATIONS = 10_000;
/** A user's name is a component of repository names. */
const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
/** Whose repositories come with the page. */
const RESERVED = new Set(['library']);

export class Users {
  readonly #store: Store;
  readonly #mutex = new Mutex();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether the password is the user's; a user whom nobody knows is made. */
  login(name: string, password: string): Promise<boolean> {
    if (!NAME.test(name) || RESERVED.has(name) || password === '') return Promise.resolve(false);
    return this.#mutex.run(async () => {
      const path = `users/${name}`;
      const text = await readText(this.#store, path);
      if (text === null) {
        const salt = bytesToHex(randomBytes(16));
        await writeJson(this.#store, path, { salt, hash: await hash(password, salt) });
        return true;
      }
      const user = userSchema.parse(JSON.parse(text));
      return (await hash(password, user.salt)) === user.hash;
    });
  }
}

async function hash(password: string, salt: string): Promise<string> {
  return bytesToHex(
    await pbkdf2Async(sha256, password, hexToBytes(salt), { c: ITERATIONS, dkLen: 32 }),
  );
}
