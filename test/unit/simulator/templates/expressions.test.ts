import { describe, expect, it } from 'vitest';
import type { Json } from '../../../../src/shared/json.ts';
import { evaluate } from '../../../../src/simulator/templates/expressions/evaluate.ts';
import { type Scope, TemplateError } from '../../../../src/simulator/templates/expressions/scope.ts';

const SUBSCRIPTION = '6f0e2b4c-57ab-4a59-9cf9-8d1f0c3a7e21';

const VALUES: Readonly<Record<string, Json>> = {
  one: { Name: 'first', deep: { a: 1 }, list: ['x', 'y'] },
  many: [3, 1, 2],
  people: [
    { name: 'Ann', age: 40 },
    { name: 'Bob', age: 20 },
  ],
};

const SCOPE: Scope = {
  place: { subscriptionId: SUBSCRIPTION, group: 'rg' },
  parameter: (name) => VALUES[name] ?? fail(name),
  variable: (name) => VALUES[name] ?? fail(name),
  functions: new Map([
    ['my.twice', { parameters: ['text'], output: "[concat(parameters('text'), parameters('text'))]" }],
  ]),
  copies: new Map([
    ['', 4],
    ['loop', 4],
  ]),
  lambdas: new Map(),
  surroundings: {
    deployment: () => ({ name: 'main' }),
    subscription: () => ({ subscriptionId: SUBSCRIPTION }),
    resourceGroup: () => ({ name: 'rg', location: 'westeurope' }),
    tenant: () => ({ tenantId: 't' }),
    deployer: () => ({ objectId: 'o' }),
    environment: () => ({ suffixes: { storage: 'core.windows.net' } }),
  },
  live: undefined,
};

function fail(name: string): never {
  throw new TemplateError(`nothing is called ${name}`);
}

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;

/** By the examples of https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions */
const RESULTS: readonly [string, Json][] = [
  ["concat('a', 'b', 1)", 'ab1'],
  ["concat(createArray(1), createArray('b'))", [1, 'b']],
  ["format('{0}, {{{1}}}, {2:D3}', 'a', true(), 7)", 'a, {True}, 007'],
  ["replace('a.b.c', '.', '-')", 'a-b-c'],
  ["split('a;b,c', createArray(';', ','))", ['a', 'b', 'c']],
  ["join(createArray('a', 1), '-')", 'a-1'],
  ["substring('abcdef', 2, 3)", 'cde'],
  ["padLeft('7', 3, '0')", '007'],
  ["indexOf('ABC', 'c')", 2],
  ["startsWith('abc', 'AB')", true],
  ["toUpper(trim(' a '))", 'A'],
  ["base64ToString(base64('äb'))", 'äb'],
  ["uriComponentToString(uriComponent('a b/c'))", 'a b/c'],
  ["uri('https://x.example/a/', 'b.json')", 'https://x.example/a/b.json'],
  ['json(\'{"a": [1]}\').a[0]', 1],
  ['string(createArray(1, true()))', '[1,true]'],
  ["int('42')", 42],
  ["bool('true')", true],
  ["if(equals(1, 1), 'yes', variables('nothing'))", 'yes'],
  ["and(false(), variables('nothing'))", false],
  ["or(true(), variables('nothing'))", true],
  ['not(less(1, 2))', false],
  ["coalesce(null(), null(), 'x')", 'x'],
  ['div(7, 2)', 3],
  ['mod(add(5, mul(2, 3)), sub(9, 5))', 3],
  ['max(createArray(1, 5, 3))', 5],
  ["min(variables('many'))", 1],
  ['range(3, 3)', [3, 4, 5]],
  ["first('abc')", 'a'],
  ["last(variables('many'))", 2],
  ["skip(variables('many'), 1)", [1, 2]],
  ["take('abc', 2)", 'ab'],
  ['empty(createObject())', true],
  ["length(variables('one'))", 3],
  ["contains(variables('one'), 'name')", true],
  ["contains(variables('many'), 2)", true],
  ["union(createObject('a', 1), createObject('b', 2, 'a', 3))", { a: 3, b: 2 }],
  ['union(createArray(1, 2), createArray(2, 3))', [1, 2, 3]],
  ['intersection(createArray(1, 2), createArray(2, 3))', [2]],
  ["shallowMerge(createArray(createObject('a', createObject('b', 1)), createObject('a', createObject())))", { a: {} }],
  ['flatten(createArray(createArray(1), createArray(2, 3)))', [1, 2, 3]],
  ["objectKeys(createObject('b', 1, 'a', 2))", ['a', 'b']],
  [
    "items(createObject('b', 1, 'a', 2))",
    [
      { key: 'a', value: 2 },
      { key: 'b', value: 1 },
    ],
  ],
  ["tryGet(variables('one'), 'deep', 'missing', 'below')", null],
  ["tryIndexFromEnd(variables('many'), 1)", 2],
  ["variables('one').name", 'first'],
  ["parameters('one')['list'][1]", 'y'],
  ["map(variables('people'), lambda('one', lambdaVariables('one').name))", ['Ann', 'Bob']],
  ["map(variables('many'), lambda('one', 'i', add(lambdaVariables('one'), lambdaVariables('i'))))", [3, 2, 4]],
  ["filter(variables('people'), lambda('one', greater(lambdaVariables('one').age, 30)))", [{ name: 'Ann', age: 40 }]],
  ["reduce(variables('many'), 0, lambda('all', 'one', add(lambdaVariables('all'), lambdaVariables('one'))))", 6],
  ["sort(variables('many'), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", [1, 2, 3]],
  [
    "toObject(variables('people'), lambda('one', lambdaVariables('one').name), lambda('one', lambdaVariables('one').age))",
    { Ann: 40, Bob: 20 },
  ],
  [
    "groupBy(createArray('a1', 'b1', 'a2'), lambda('one', first(lambdaVariables('one'))))",
    { a: ['a1', 'a2'], b: ['b1'] },
  ],
  ["mapValues(createObject('a', 1), lambda('one', add(lambdaVariables('one'), 1)))", { a: 2 }],
  ["dateTimeAdd('2020-04-07T14:53:14Z', '-P9D', 'yyyy-MM-dd')", '2020-03-29'],
  ["dateTimeAdd('2020-04-07T14:53:14Z', 'PT1H30M')", '2020-04-07T16:23:14Z'],
  ["dateTimeToEpoch('1970-01-02T00:00:00Z')", 86_400],
  ["resourceId('Microsoft.Web/sites/config', 'a', 'b')", `${GROUP}/providers/Microsoft.Web/sites/a/config/b`],
  [
    "resourceId('other', 'Microsoft.Web/sites', 'a')",
    `/subscriptions/${SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.Web/sites/a`,
  ],
  [
    "subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'r')",
    `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r`,
  ],
  [
    "extensionResourceId('/a/b', 'Microsoft.Authorization/locks', 'l')",
    '/a/b/providers/Microsoft.Authorization/locks/l',
  ],
  [
    "tenantResourceId('Microsoft.Authorization/roleDefinitions', 'r')",
    '/providers/Microsoft.Authorization/roleDefinitions/r',
  ],
  ['copyIndex(1)', 5],
  ["copyIndex('loop')", 4],
  ["my.twice('ab')", 'abab'],
  ['RESOURCEGROUP().Location', 'westeurope'],
  ["'it''s'", "it's"],
];

describe('an expression of a template', () => {
  it.each(RESULTS)('%s', (expression, result) => {
    expect(evaluate(`[${expression}]`, SCOPE)).toEqual(result);
  });

  it.each([
    ['nothing()', /does not know the template function 'nothing'/],
    ["variables('one').missing", /property 'missing' doesn't exist, available properties are 'Name, deep, list'/],
    ["variables('many')[9]", /out of bounds/],
    ["substring('abc', 2, 5)", /must refer to a location within the string/],
    ['div(1, 0)', /cannot divide by zero/],
    ["int('x')", /'int' was invoked with invalid parameters/],
    ["resourceId('Microsoft.Web/sites', 'a', 'b')", /requires '1' resource name/],
    ["reference('x')", /'reference' is not expected at this location/],
    ["listKeys('x', '2020-01-01')", /'listKeys' is not expected at this location/],
    ['utcNow()', /default value of a parameter/],
    ["copyIndex('other')", /'copyIndex' is not expected/],
    ["format('{1}', 'a')", /'format' was invoked with invalid parameters/],
    ['my.twice()', /takes 1 parameters, not 0/],
    ['concat(', /is not valid/],
    ["'a' 'b'", /is not valid/],
  ])('%s is refused', (expression, words) => {
    expect(() => evaluate(`[${expression}]`, SCOPE)).toThrow(words);
    expect(() => evaluate(`[${expression}]`, SCOPE)).toThrow(TemplateError);
  });

  it('stands in keys, lists and loops of properties; a second bracket means the first one', () => {
    const value = {
      "[concat('k', 1)]": ['[add(1, 1)]'],
      plain: '[[x]',
      copy: [{ name: 'list', count: 2, input: "[copyIndex('list')]" }],
    };
    expect(evaluate(value, SCOPE)).toEqual({ k1: [2], plain: '[x]', list: [0, 1] });
  });

  it('gives equal names for equal parts, other ones for others, as long as on Azure', () => {
    const name = (text: string): Json => evaluate(`[uniqueString('${text}')]`, SCOPE);
    expect([name('a'), name('a') === name('b')]).toEqual([name('a'), false]);
    expect(name('a')).toMatch(/^[a-z2-7]{13}$/);
    expect(evaluate("[guid('a', 'b')]", SCOPE)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
