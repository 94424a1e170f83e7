/** `pysan engine status|start|stop`: the container engine. pysan starts one if none runs. */
import type { Command } from 'commander';

const examples = `
Examples:
  pysan engine status
  pysan engine start
  pysan engine stop
`;

export function register(program: Command): void {
  const engine = program
    .command('engine')
    .helpCommand(false)
    .summary('show, start or stop the container engine')
    .description('Shows, starts or stops the container engine.')
    .addHelpText('after', examples);
  engine
    .command('status')
    .description('show which engine runs, and who started it; exit code 1 if none runs')
    .action(status);
  engine.command('start').description('start an engine if none runs; install one first if there is none').action(start);
  engine.command('stop').description('stop the engine that pysan started').action(stop);
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
    throw new EngineError('pysan did not start the engine that runs. Stop it the way it was started.');
  }
  console.log('No engine runs.');
}
