import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

/** What one state of Terraform or OpenTofu offers to others. Its resources are nobody else's business, and are not looked at. */
interface TerraformOutputs {
  readonly outputs: Readonly<Record<string, TerraformOutput>>;
}

export interface TerraformOutput {
  readonly value: Json;
  /** Its author marked it as `sensitive`: its value is shown nowhere. */
  readonly isSensitive: boolean;
}

/** What came of reading one; `warning` says what may be wrong with it all the same. */
export type ReadOutputs =
  | ({ readonly ok: true; readonly warning?: string } & TerraformOutputs)
  | { readonly ok: false; readonly problem: string };

/** What was read of each state, by the name that a configuration gives it. */
export type TerraformStates = Readonly<Record<string, ReadOutputs>>;

/** Values of outputs by state and name, as a request carries them. */
export type OutputValues = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** Those that references name (`terraform.network.subnet_id`), without what is sensitive. */
export function namedValues(states: TerraformStates, references: readonly string[]): OutputValues {
  const values: Record<string, Record<string, Json>> = {};
  for (const reference of references) {
    const [, name = '', output = ''] = reference.split('.');
    const state = states[name];
    const found = state?.ok ? state.outputs[output] : undefined;
    if (found && !found.isSensitive) values[name] = { ...values[name], [output]: found.value };
  }
  return values;
}

/** The other way round. */
export function statesOf(values: OutputValues): TerraformStates {
  return Object.fromEntries(
    Object.entries(values).map(([name, outputs]) => {
      const all = Object.entries(outputs).map(([output, value]) => [output, { value, isSensitive: false }] as const);
      return [name, { ok: true, outputs: Object.fromEntries(all) } as const];
    }),
  );
}

/** The one version of the form of states that every Terraform since 0.12, and OpenTofu, writes. */
const STATE_VERSION = 4;

/**
 * The outputs of a state: https://developer.hashicorp.com/terraform/language/state#format. An encrypted one has no version:
 * https://opentofu.org/docs/language/state/encryption/
 */
export function outputsOfState(text: string): ReadOutputs {
  const state = parsedObject(text);
  if (!state) return refused('is no state of Terraform: it is not a JSON object');
  if ('encrypted_data' in state)
    return refused('is encrypted; write `outputs`, with the file that `tofu output -json` makes');
  const { version, outputs = {} } = state;
  if (typeof version !== 'number') return refused('is no state of Terraform: it has no version');
  if (version !== STATE_VERSION) {
    const way =
      version < STATE_VERSION
        ? 'a run of a Terraform of today brings it up to date'
        : 'write `outputs`, with the file that `terraform output -json` makes';
    return refused(`has version ${version}, and ${STATE_VERSION} is understood; ${way}`);
  }
  return readMembers(outputs, 'is no state of Terraform: its outputs are no object');
}

/** Those that `terraform output -json` prints: https://developer.hashicorp.com/terraform/cli/commands/output#json */
export function outputsOfCommand(text: string): ReadOutputs {
  const printed = parsedObject(text);
  if (!printed) return refused('is not what `terraform output -json` prints: it is not a JSON object');
  return readMembers(printed, '');
}

function readMembers(outputs: Json, otherwise: string): ReadOutputs {
  if (!isJsonObject(outputs)) return refused(otherwise);
  const read: Record<string, TerraformOutput> = {};
  for (const [name, output] of Object.entries(outputs)) {
    if (!(isJsonObject(output) && 'value' in output))
      return refused(
        `has no output "${name}" with a value; \`terraform output -json\` prints one, with \`-raw\` it does not`,
      );
    read[name] = { value: output.value ?? null, isSensitive: (output.sensitive ?? false) !== false };
  }
  return { ok: true, outputs: read };
}

function refused(problem: string): ReadOutputs {
  return { ok: false, problem };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
