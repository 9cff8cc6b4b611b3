import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { dependenciesOf } from '../../../../src/domain/fingerprint.ts';
import { stepDefinition } from '../../../../src/domain/steps.ts';
import {
  type CompiledTemplates,
  readTemplate,
  templateResources,
  templatesOf,
} from '../../../../src/domain/templates/arm-template.ts';
import { genericResources } from '../../../../src/resources/templates/of-step.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { fixtureTemplate, fixtureText, templateText } from '../../../helpers/templates/fixture-templates.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { note: "env:NOTE" }
services:
  queue: { image: "rabbitmq:4", port: 5672, env: { A: "VARIABLE" } }
templates:
`;
const BOTH: CompiledTemplates = { messages: fixtureTemplate('messages'), reader: fixtureTemplate('identity') };
const MESSAGES = 'messages: { file: messages.bicep, parameters: { name: shop-messages } }';
const READER =
  'reader: { file: identity.bicep, parameters: { archiveId: "${{templates.messages.outputs.archiveId}}", note: "${{secrets.note}}" } }';

interface Given {
  readonly compiled?: CompiledTemplates | undefined;
  readonly variable?: string;
  readonly more?: string;
}

function read(templates: readonly string[], { compiled = BOTH, variable = 'plain', more = '' }: Given = {}) {
  const lines = templates.map((one) => `  ${one}`).join('\n');
  return parseConfig(`${HEAD.replace('VARIABLE', variable)}${lines}\n${more}`, { templates: compiled });
}

function config(templates: readonly string[], given: Given = {}) {
  const result = read(templates, given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config;
}

function problems(templates: readonly string[], given: Given = {}): readonly string[] {
  const result = read(templates, given);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}

function of(content: JsonObject): CompiledTemplates {
  return { one: readTemplate(templateText(content)) };
}

function whyNot(text: string): string {
  const result = readTemplate(text);
  return result.ok ? '' : result.problem;
}

describe('a template', () => {
  it('is of a resource group, whole, and not too large', () => {
    expect(whyNot('[]')).toContain('is no template');
    expect(whyNot('{"$schema":"x/deploymentParameters.json#"}')).toContain('names no deploymentTemplate.json');
    expect(whyNot('{"$schema":"x/subscriptionDeploymentTemplate.json#"}')).toContain('is for a subscription');
    expect(whyNot(`{"$schema":"x/deploymentTemplate.json#"}`)).toContain('has no resources');
    expect(whyNot(templateText({ metadata: { text: 'x'.repeat(4 * 1024 * 1024) } }))).toContain('bytes');
    const linked = {
      type: 'Microsoft.Resources/deployments',
      name: 'there',
      properties: { templateLink: { uri: 'x' } },
    };
    expect(whyNot(templateText({ resources: [linked] }))).toContain('links to another template (there)');
  });

  it('is the same whatever the compiler says of itself', () => {
    const { template } = fixtureTemplate('messages');
    expect(JSON.stringify(template)).not.toContain('_generator');
    const other = readTemplate(fixtureText('messages').replaceAll(/"templateHash": "\d+"/g, '"templateHash": "1"'));
    expect(other).toEqual({ ok: true, template });
  });

  it('tells what it sets of each resource, of modules too, and not of what has to be there', () => {
    const { template } = fixtureTemplate('messages');
    expect(templateResources(template).map(({ type, paths }) => [type, paths])).toEqual([
      ['Microsoft.ServiceBus/namespaces', ['location', 'sku.name', 'sku.tier']],
      ['Microsoft.ServiceBus/namespaces/queues', ['properties.maxDeliveryCount']],
      ['Microsoft.Storage/storageAccounts', ['location', 'kind', 'sku.name', 'properties.minimumTlsVersion']],
    ]);
    const child = { type: 'queues', apiVersion: '1', name: 'a', properties: { '[x]': 1 } };
    const resources = { bus: { type: 'A.B/c', apiVersion: '1', name: 'n', existing: true, resources: [child] } };
    expect(templateResources({ resources }).map(({ type, isExisting, paths }) => [type, isExisting, paths])).toEqual([
      ['A.B/c', true, []],
      ['A.B/c/queues', false, ['properties']],
    ]);
  });
});

describe('templates of a configuration', () => {
  it('are deployed at the step before which everything is known that they are given, and go before what reads them', () => {
    const all = config([MESSAGES, READER], { variable: '${{templates.messages.outputs.endpoint}}' });
    const outputs = { read: (...output: readonly string[]) => `\${${output.join(' ')}}` };
    const keys = (step: Parameters<typeof genericResources>[1]) =>
      genericResources({ environment: 'dev', config: all, outputs }, step).map(({ key, needs }) => [key, needs]);
    expect(keys('create_databases')).toEqual([['template:messages', []]]);
    expect(keys('deploy_infrastructure_services')).toEqual([['template:reader', ['template:messages']]]);
    expect(storedConfigSchema.parse(JSON.parse(JSON.stringify(all)))).toEqual(all);
  });

  it('run their step again for another template or value, and for nothing else', () => {
    const hashes = (templates: readonly string[], compiled = BOTH) => {
      const { dependencies } = dependenciesOf({
        definition: stepDefinition('create_databases'),
        desire: (input) => genericResources(input, 'create_databases'),
        environment: 'dev',
        config: config(templates, { compiled }),
        outputs: () => undefined,
        facts: {},
      });
      return dependencies;
    };
    const before = hashes([MESSAGES]);
    const other = readTemplate(fixtureText('messages').replace('Standard_LRS', 'Standard_GRS'));
    const changed = (after: typeof before) =>
      [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
        (key) => before[key]?.hash !== after[key]?.hash,
      );
    expect(changed(hashes([MESSAGES], { ...BOTH, messages: other }))).toEqual(['resource:template:messages']);
    expect(changed(hashes([MESSAGES.replace('name: shop-messages', 'name: shop-messages, sku: Premium')]))).toEqual([
      'resource:template:messages',
      'config:templates.messages.parameters.sku',
    ]);
    expect(changed(hashes([MESSAGES.replace('}', ' }').replace(/ }$/, ', on_destroy: keep }')]))).toEqual([]);
  });

  it('are refused where they were not read, and where they say why', () => {
    expect(problems([MESSAGES], { compiled: {} })).toEqual([
      expect.stringMatching(/^templates\.messages\.file: is read and compiled by the command line alone/),
    ]);
    const wrong = { messages: { ok: false as const, problem: 'messages.bicep is not there' } };
    expect(problems([MESSAGES], { compiled: wrong })).toEqual(['templates.messages.file: messages.bicep is not there']);
  });

  it('are given what they declare, of its type, and every value that has no default', () => {
    const parameters = {
      ...{ name: { type: 'string' }, size: { type: 'int', defaultValue: 1 }, rules: { $ref: '#/definitions/rules' } },
      ...{ none: { type: 'string', nullable: true } },
    };
    const compiled = of({ parameters, definitions: { rules: { type: 'array' } } });
    const given = (text: string) => problems([`one: { file: one.json, parameters: { ${text} } }`], { compiled });
    expect(given('name: n, rules: []')).toEqual([]);
    expect(given('rules: a, sise: 2')).toEqual([
      'templates.one: its template wants a value for name, and parameters has none',
      'templates.one.parameters.rules: the template wants array here',
      'templates.one.parameters.sise: the template has no parameter sise; did you mean size?',
    ]);
    expect(given('name: "${{environment.name}}", rules: [], size: "2"')).toEqual([
      'templates.one.parameters.size: the template wants int here',
    ]);
  });

  it('get secrets of the vault where they are secure, and in clear nowhere', () => {
    const compiled = of({ parameters: { password: { type: 'secureString' }, name: { type: 'string' } } });
    const given = (password: string, name: string) =>
      problems([`one: { file: one.json, parameters: { password: "${password}", name: "${name}" } }`], { compiled });
    expect(given('${{secrets.note}}', 'n')).toEqual([]);
    expect(given('s3cret', 'n')).toEqual([expect.stringContaining('parameters.password: is a secret in plain text')]);
    expect(given('${{secrets.note}}', '${{secrets.note}}')).toEqual([
      expect.stringContaining('parameters.name: secrets.note is a secret, and cannot be named here'),
    ]);
    expect(given('${{secrets.note}}', 'Endpoint=sb://x/;SharedAccessKey=abcdefgh123')).toHaveLength(1);
  });

  it('come compiled with a request, and are held against the same rules', () => {
    const text = `${HEAD}  ${MESSAGES}`;
    const sent = templatesOf({ messages: fixtureTemplate('messages').template });
    expect(parseConfig(text, { templates: sent }).ok).toBe(true);
    const wrong = parseConfig(text, { templates: templatesOf({ messages: { resources: [] } }) });
    expect(wrong.ok ? [] : wrong.problems.map(({ path }) => path)).toEqual(['templates.messages.file']);
    const object = of({ parameters: { login: { type: 'secureObject' } } });
    const login = (password: string) =>
      problems([`one: { file: one.json, parameters: { login: { user: "", password: "${password}" } } }`], {
        compiled: object,
      });
    expect(login('${{secrets.note}}')).toEqual([]);
    expect(login('it')).toEqual([
      expect.stringContaining('templates.one.parameters.login.password: is a secret in plain'),
    ]);
  });

  it('have no output that is a secret, and what is secure in them nobody reads', () => {
    const compiled = of({
      parameters: { p: { type: 'securestring', defaultValue: '' } },
      variables: { once: "[parameters('p')]" },
      outputs: {
        through: { type: 'string', value: "[variables('once')]" },
        key: { type: 'string', value: "[listKeys('x', '1').key1]" },
        it: { type: 'string', value: "[concat(parameters('p'), 'x')]" },
        connectionString: { type: 'string', value: 'x' },
        fine: { type: 'securestring', value: "[parameters('p')]" },
      },
    });
    expect(problems(['one: { file: one.json }'], { compiled })).toEqual([
      expect.stringContaining(
        'its output through is made of what a list function answers, or of something else that is secret',
      ),
      expect.stringContaining('its output key is made of what a list function answers'),
      expect.stringContaining('its output it is made of the secure parameter p'),
      expect.stringContaining('its output connectionString is a secret by its name'),
    ]);
    const secure = of({ outputs: { fine: { type: 'securestring', value: 'x' } } });
    const variable = '${{templates.one.outputs.fine}}';
    expect(problems(['one: { file: one.json }'], { compiled: secure, variable })).toEqual([
      expect.stringContaining('nothing is called templates.one.outputs.fine'),
    ]);
  });

  it('name each other in no circle, and have names with which deployments can be called', () => {
    const parameters = { a: { type: 'string' } };
    const outputs = { o: { type: 'string', value: 'x' } };
    const one = readTemplate(templateText({ parameters, outputs }));
    const circle = (a: string, b: string) =>
      problems([`a: { file: a.json, parameters: { a: "${a}" } }`, `b: { file: b.json, parameters: { a: "${b}" } }`], {
        compiled: { a: one, b: one },
      });
    expect(circle('${{templates.b.outputs.o}}', '${{templates.a.outputs.o}}')).toEqual([
      expect.stringContaining('templates.a: is a circle'),
      expect.stringContaining('templates.b: is a circle'),
    ]);
    expect(
      problems(['a-name-that-is-far-too-long: { file: a.json }'], {
        compiled: { 'a-name-that-is-far-too-long': of({}).one ?? one },
      }),
    ).toEqual([expect.stringContaining('allowed in the name')]);
  });
});
