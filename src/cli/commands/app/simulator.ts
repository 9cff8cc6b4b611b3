import { ExitCode } from '../../../shared/errors.ts';
import { untilInterrupted } from '../../interrupts.ts';
import { writeOutput } from '../../json/write-output.ts';
import { openWorkspace } from '../../local/workspace.ts';
import type { SimulatorOptions } from '../../options.ts';
import { type SimulatorProcess, startSimulatorProcess } from '../../simulator-process.ts';
import type { Terminal } from '../../terminal.ts';

/** Serves the simulated Azure of this directory, that of `--simulate`, to other programs until it is told to stop. */
export async function simulatorCommand(terminal: Terminal, options: SimulatorOptions): Promise<ExitCode> {
  const { interrupted, release } = untilInterrupted(terminal);
  try {
    const { simulatorDirectory: directory } = openWorkspace('default');
    const { port, simulatorProfile: profile, simulatorSpeed: speed } = options;
    const simulator = await startSimulatorProcess({ directory, profile, speed, port });
    if (options.output === 'json') {
      writeOutput(terminal, 'simulating', { type: 'simulating', url: addressOf(simulator) });
    } else terminal.stdout.write(listeningText(simulator));
    terminal.console.doing(undefined);
    try {
      await Promise.race([interrupted, simulator.broken]);
    } finally {
      await simulator.stop();
    }
    return ExitCode.ok;
  } finally {
    release();
  }
}

function addressOf({ port }: SimulatorProcess): string {
  return `https://localhost:${port}`;
}

function listeningText(simulator: SimulatorProcess): string {
  const lines = [
    `Simulating Azure at ${addressOf(simulator)}`,
    `Settings of an app that deploys to it: DRAFTGENIE_SIMULATOR=${addressOf(simulator)} AZURE_FUNCTIONS_ENVIRONMENT=Development`,
    `What it was asked: curl -k ${addressOf(simulator)}/_simulator/requests`,
    'Stop it with Ctrl+C.',
  ];
  return `${lines.join('\n')}\n`;
}
