import { type Difference, differences } from '../../domain/config/resolved/differences.ts';
import type { ResolvedValue } from '../../domain/config/resolved/resolved-values.ts';
import { ExitCode } from '../../shared/errors.ts';
import type { Output } from '../json/outputs.ts';
import { writeOutput } from '../json/write-output.ts';
import { explainConfig } from '../load-config.ts';
import type { ComparisonOptions } from '../options.ts';
import { differencesText } from '../render/differences-text.ts';
import { inFile } from '../render/origin-text.ts';
import type { Terminal } from '../terminal.ts';

/**
 * What the file says otherwise of one environment than of another. Of a state it reads no more than from what the environment was
 * made: one that is there keeps the names that it has.
 */
export async function compareCommand(terminal: Terminal, options: ComparisonOptions): Promise<ExitCode> {
  const { config: path, environment, against, output } = options;
  const one = await explainConfig(options, true);
  const other = await explainConfig({ ...options, environment: against, from: undefined }, true);
  const warnings = [...one.file.warnings, ...other.file.warnings].map(
    (warning) => `${warning.path}: ${warning.message}\n`,
  );
  for (const warning of new Set(warnings)) terminal.stderr.write(warning);
  const found = differences(one, other).map((difference) => placed(difference, path));
  if (output === 'json') {
    writeOutput(terminal, 'differences', {
      type: 'differences',
      environment,
      against,
      differences: found.map(asJson),
    });
  } else terminal.stdout.write(differencesText(found, [environment, against]));
  return options.detailedExitcode && found.length > 0 ? ExitCode.changes : ExitCode.ok;
}

function placed({ path, one, other }: Difference, configFile: string): Difference {
  return { path, one: one && inFile(one, configFile), other: other && inFile(other, configFile) };
}

/** Without the paths of both sides, which say once more where the value is. */
function asJson({ path, one, other }: Difference): Output<'differences'>['differences'][number] {
  return { path, environment: withoutPath(one), against: withoutPath(other) };
}

function withoutPath(value: ResolvedValue | undefined): Omit<ResolvedValue, 'path'> | null {
  if (!value) return null;
  const { path: _, ...rest } = value;
  return rest;
}
