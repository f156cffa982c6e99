export { parseBind, parseVolumesFrom } from './bind.ts';
export { mountCalls, type PreparedMount } from './calls.ts';
export { mountOf } from './checked.ts';
export { cleanPath, shown, type UserMount } from './mount.ts';
export { ANONYMOUS, dataPath, volumeBody, VolumeStore, type Volume } from './store.ts';
export { checkTmpfsOptions } from './tmpfs.ts';
