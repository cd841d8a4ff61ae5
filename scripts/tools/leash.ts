/**
 * Runs a program that must not outlive the process that wanted it: `node leash.ts PROGRAM ARGUMENTS...`.
 * Started detached, with a pipe as standard input, it leads a process group of its own. When the pipe closes, because
 * the other side wished it or died in whatever way, the whole group ends.
 */
import { spawn } from 'node:child_process';
import { endGroup } from './run.ts';

const [program = '', ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
process.stdin.resume().on('close', () => {
  child.kill('SIGKILL');
  endGroup(process.pid);
});
