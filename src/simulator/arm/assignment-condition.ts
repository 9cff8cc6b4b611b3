/** What a condition is asked about: a write or a deletion of a role assignment. */
interface AssignmentRequest {
  readonly action: string;
  /** Of what is to be: of a write. */
  readonly request: AssignmentAttributes | undefined;
  /** Of what is there. */
  readonly resource: AssignmentAttributes | undefined;
}

/** By the names that conditions use. */
export interface AssignmentAttributes {
  /** A GUID. */
  readonly RoleDefinitionId: string;
  readonly PrincipalId: string;
  readonly PrincipalType: string;
}

type Condition = (asked: AssignmentRequest) => boolean;

export class ConditionInvalid extends Error {
  override readonly name = 'ConditionInvalid';
}

const TOKENS =
  /\s*(?:(ActionMatches)\s*\{\s*'([^']*)'\s*\}|@(Request|Resource)\[Microsoft\.Authorization\/roleAssignments:(RoleDefinitionId|PrincipalId|PrincipalType)\]\s+(\S+)\s*\{([^}]*)\}|(\(|\)|!|AND\b|&&|OR\b|\|\|))/giy;

const OPERATORS: Readonly<Record<string, (value: string, listed: readonly string[]) => boolean>> = {
  'foranyofanyvalues:guidequals': (value, listed) => listed.includes(value),
  'foranyofallvalues:guidnotequals': (value, listed) => !listed.includes(value),
  'foranyofanyvalues:stringequalsignorecase': (value, listed) => listed.includes(value),
  'foranyofallvalues:stringnotequalsignorecase': (value, listed) => !listed.includes(value),
};

interface Token {
  readonly sign: string;
  readonly test?: Condition;
}

/**
 * A condition of version 2.0 that limits who assigns roles to the roles and principals that it names, as its templates write it
 * (https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples; the format:
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format). Other attributes and operators are refused.
 * @throws ConditionInvalid
 */
export function parseCondition(text: string): Condition {
  const tokens = read(text);
  let at = 0;
  const next = (): string => tokens[at]?.sign ?? '';

  function either(): Condition {
    let left = both();
    while (next() === 'or') {
      at += 1;
      const [one, other] = [left, both()];
      left = (asked) => one(asked) || other(asked);
    }
    return left;
  }

  function both(): Condition {
    let left = single();
    while (next() === 'and') {
      at += 1;
      const [one, other] = [left, single()];
      left = (asked) => one(asked) && other(asked);
    }
    return left;
  }

  function single(): Condition {
    const token = tokens[at];
    at += 1;
    if (token?.test) return token.test;
    if (token?.sign === '!') {
      const inner = single();
      return (asked) => !inner(asked);
    }
    if (token?.sign !== '(') throw new ConditionInvalid(`the condition is incomplete at its part ${at}`);
    const inner = either();
    if (next() !== ')') throw new ConditionInvalid('a bracket of the condition is not closed');
    at += 1;
    return inner;
  }

  const condition = either();
  if (at < tokens.length) throw new ConditionInvalid('the condition goes on after its end');
  return condition;
}

function read(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  const length = text.trimEnd().length;
  while (TOKENS.lastIndex < length) {
    const from = TOKENS.lastIndex;
    const found = TOKENS.exec(text);
    if (!found) throw new ConditionInvalid(`the simulator does not understand the condition from character ${from} on`);
    const [, matches, action = '', place = '', attribute = '', operator = '', list = '', sign = ''] = found;
    if (matches) tokens.push({ sign: 'test', test: (asked) => asked.action.toLowerCase() === action.toLowerCase() });
    else if (attribute === '') tokens.push({ sign: sign.toLowerCase().replace('&&', 'and').replace('||', 'or') });
    else tokens.push({ sign: 'test', test: comparison(place, attribute, operator, list) });
  }
  return tokens;
}

function comparison(place: string, attribute: string, operator: string, list: string): Condition {
  const compare = OPERATORS[operator.toLowerCase()];
  if (!compare) throw new ConditionInvalid(`the simulator has no operator ${operator}`);
  const listed = list.split(',').map((one) => one.trim().replaceAll("'", '').toLowerCase());
  return (asked) => {
    const attributes = place.toLowerCase() === 'request' ? asked.request : asked.resource;
    const name = Object.keys(attributes ?? {}).find((one) => one.toLowerCase() === attribute.toLowerCase());
    const value = attributes && name ? attributes[name as keyof AssignmentAttributes] : undefined;
    return value !== undefined && compare(value.toLowerCase(), listed);
  };
}
