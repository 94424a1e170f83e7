/** `pysan engine status|start|stop`: the container engine that pysan starts where none runs. */
import type { Command } from 'commander';

export function register(program: Command): void {
  const engine = program.command('engine').helpCommand(false).description('the container engine: status, start, stop');
  engine.command('status').description('say which engine runs, and whose it is; exit 1 when none does').action(status);
  engine
    .command('start')
    .description('start one when none runs; install it first where that can be done')
    .action(start);
  engine.command('stop').description('stop the engine, if pysan started it').action(stop);
}

async function status(): Promise<void> {
  const { describeEngine, findOwnPid, ownEngine, probeEngine } = await import('@pysan/engine');
  const own = ownEngine(process.env);
  const [{ engine }, pid] = await Promise.all([probeEngine(), findOwnPid(own)]);
  console.log(describeEngine(engine, pid, own));
  process.exitCode = engine === undefined ? 1 : 0;
}

async function start(): Promise<void> {
  const { openEngine } = await import('@pysan/engine');
  await openEngine({ report: console.error });
  await status();
}

async function stop(): Promise<void> {
  const { ownEngine, probeEngine, stopEngine } = await import('@pysan/engine');
  const { EngineError } = await import('@pysan/model');
  if (await stopEngine(ownEngine(process.env))) {
    console.log('The engine that pysan started is stopped. Its images are kept.');
    return;
  }
  if ((await probeEngine()).engine !== undefined) {
    throw new EngineError('The engine that runs was not started by pysan: stop it the way it was started.');
  }
  console.log('No engine runs.');
}
