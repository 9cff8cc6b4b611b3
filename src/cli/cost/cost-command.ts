import type { CostEstimate } from '../../domain/cost/estimate-schema.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import { ExitCode, UserError } from '../../shared/errors.ts';
import { costText } from '../../text/cost-text.ts';
import { tellWarnings } from '../carry-out.ts';
import { writeOutput } from '../json/write-output.ts';
import { loadConfig } from '../load-config.ts';
import { openDeployments } from '../open-deployments.ts';
import { type CommonOptions, NO_RUN_OPTIONS, type OutputFormat } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { costCsv } from './cost-csv.ts';

export interface CostOptions extends Omit<CommonOptions, 'output'> {
  readonly output: OutputFormat | 'csv' | undefined;
  readonly source: string | undefined;
}

/** Tells the whole of what the configuration costs in a month, beside what is deployed. Changes nothing. */
export async function costCommand(terminal: Terminal, options: CostOptions): Promise<ExitCode> {
  const output = options.output === 'csv' ? 'plain' : options.output;
  const asked = { ...NO_RUN_OPTIONS, ...options, output, dryRun: true };
  const file = await loadConfig(asked);
  tellWarnings(terminal, file);
  const deployments = await openDeployments(terminal, asked, file);
  try {
    const work = { kind: 'deploy', config: file, source: options.source } as const;
    const plan = await deployments.plan({ work, options: asked, resetState: false });
    const cost = costOf(plan);
    if (options.output === 'json') writeOutput(terminal, 'cost', { type: 'cost', cost });
    else terminal.stdout.write(options.output === 'csv' ? costCsv(cost) : costText(cost, plan.overLimit !== undefined));
    return ExitCode.ok;
  } finally {
    await deployments.close();
  }
}

function costOf({ cost }: Plan): CostEstimate {
  if (cost) return cost;
  throw new UserError('The plan says nothing of what it costs.', {
    code: 'cost_unknown',
    hint: 'The app that made it is of a version that does not know prices; bring it up to date.',
  });
}
