import { describe, expect, it } from 'vitest';
import { templateResources } from '../../../../src/domain/templates/arm-template.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

/** Paths that come of something secret, of the one resource of each template. */
function secretPaths(template: JsonObject): readonly string[] {
  return templateResources(template).flatMap(({ secretPaths: paths }) => paths);
}

function app(fields: JsonObject): JsonObject {
  return { type: 'A.B/c', apiVersion: '1', name: 'n', properties: fields };
}

function deployment(name: string, template: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'Microsoft.Resources/deployments', apiVersion: '1', name, properties: { template, ...more } };
}

const SECURE = { parameters: { key: { type: 'secureString' }, plain: { type: 'string' } } };
const INNER = { expressionEvaluationOptions: { scope: 'inner' } };

describe('what comes of something secret', () => {
  it('is what names a secure parameter, a variable made of one, or asks for keys', () => {
    const fields = {
      a: "[PARAMETERS( 'Key' )]",
      b: "[variables('twice')]",
      c: "[listKeys('x', '2024-01-01').keys[0].value]",
      d: [{ name: 'A', value: "[base64(parameters('key'))]" }],
      plain: "[parameters('plain')]",
      text: "a list (of parameters('key'))",
      literal: "[[parameters('key')]",
    };
    const variables = { once: "[parameters('key')]", twice: "[concat(variables('once'), '!')]" };
    expect(secretPaths({ ...SECURE, variables, resources: [app(fields)] })).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => `properties.${name}`),
    );
  });

  it('goes with what a module is given, whatever it says of its parameter, and not to another of that name', () => {
    const module = {
      parameters: { given: { type: 'string' }, key: { type: 'string' } },
      resources: [app({ a: "[parameters('given')]", b: "[parameters('key')]" })],
    };
    const sent = { given: { value: "[parameters('key')]" }, key: { value: 'plain' } };
    expect(secretPaths({ ...SECURE, resources: [deployment('m', module, { ...INNER, parameters: sent })] })).toEqual([
      'properties.a',
    ]);
    // Without a scope of its own it reads those around it.
    expect(secretPaths({ ...SECURE, resources: [deployment('m', { resources: module.resources })] })).toEqual([
      'properties.b',
    ]);
    const fromVault = { given: { reference: { keyVault: { id: 'v' }, secretName: 's' } }, key: { value: 'plain' } };
    expect(secretPaths({ resources: [deployment('m', module, { ...INNER, parameters: fromVault })] })).toEqual([
      'properties.a',
    ]);
  });

  it('comes out of a module again, through others', () => {
    const asks = { resources: [], outputs: { found: { type: 'string', value: "[listKeys('x', '1').key]" } } };
    const passes = {
      parameters: { one: { type: 'string' } },
      resources: [],
      outputs: { on: { type: 'string', value: "[parameters('one')]" } },
    };
    const resources = {
      first: deployment('first', asks, INNER),
      second: deployment('second', passes, {
        ...INNER,
        parameters: { one: { value: "[reference('first').outputs.found.value]" } },
      }),
      app: app({ a: "[reference('second').outputs['on'].value]", b: "[reference('second').outputs.once.value]" }),
    };
    expect(secretPaths({ resources })).toEqual(['properties.a']);
  });
});
