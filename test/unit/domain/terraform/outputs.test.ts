import { expect, it } from 'vitest';
import {
  namedValues,
  outputsOfCommand,
  outputsOfState,
  statesOf,
  type TerraformStates,
} from '../../../../src/domain/terraform/outputs.ts';

const problemOf = (read: ReturnType<typeof outputsOfState>): string | undefined => (read.ok ? undefined : read.problem);

it('the outputs of a state are read, and nothing of its resources', () => {
  const state = {
    version: 4,
    terraform_version: '1.99.0',
    serial: 12,
    outputs: { a: { value: 'x', type: 'string' }, b: { value: 's', type: 'string', sensitive: true } },
    resources: [{ type: 'x', instances: [{ attributes: { password: 'p' } }] }],
  };
  const expected = {
    ok: true,
    outputs: { a: { value: 'x', isSensitive: false }, b: { value: 's', isSensitive: true } },
  };
  expect(outputsOfState(JSON.stringify(state))).toEqual(expected);
  expect(outputsOfCommand(JSON.stringify(state.outputs))).toEqual(expected);
  expect(outputsOfState('{"version":4}')).toEqual({ ok: true, outputs: {} });
});

it('what is no state, an old, a newer or an encrypted one, says so', () => {
  const texts = ['no JSON', '[]', '{}', '{"version":3}', '{"version":5}', '{"encrypted_data":"x","meta":{}}'];
  expect(texts.map((text) => problemOf(outputsOfState(text)))).toEqual([
    'is no state of Terraform: it is not a JSON object',
    'is no state of Terraform: it is not a JSON object',
    'is no state of Terraform: it has no version',
    expect.stringContaining('has version 3'),
    expect.stringContaining('terraform output -json'),
    expect.stringContaining('is encrypted'),
  ]);
  expect(problemOf(outputsOfCommand('{"subnet":"x"}'))).toContain('has no output "subnet" with a value');
});

it('whatever is not said to be open is taken for sensitive', () => {
  const read = outputsOfCommand('{"a":{"value":"x","sensitive":"true"},"b":{"value":"x","sensitive":false}}');
  expect(read).toMatchObject({ outputs: { a: { isSensitive: true }, b: { isSensitive: false } } });
});

it('a request carries what is named, and nothing that is sensitive', () => {
  const states: TerraformStates = {
    network: { ok: true, outputs: { a: { value: [1], isSensitive: false }, b: { value: 's', isSensitive: true } } },
    lost: { ok: false, problem: 'x' },
  };
  const values = namedValues(states, ['terraform.network.a.0', 'terraform.network.b', 'terraform.lost.c', 'TAG']);
  expect(values).toEqual({ network: { a: [1] } });
  expect(statesOf(values)).toEqual({ network: { ok: true, outputs: { a: { value: [1], isSensitive: false } } } });
});
