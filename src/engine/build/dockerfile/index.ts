export { BuildArgs } from './args.ts';
export { DockerfileError } from './errors.ts';
export { expandWord, expandWords, type ExpandOptions, type Variables } from './expand.ts';
export type * from './instruction.ts';
export {
  parseDockerfile,
  parseInstruction,
  stagesUpTo,
  type Dockerfile,
  type Stage,
} from './stages.ts';
