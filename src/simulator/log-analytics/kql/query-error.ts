/** Where in a query something stands; lines count from 1, places in them from 0. */
export interface Place {
  readonly line: number;
  readonly pos: number;
}

/**
 * Why a query is not carried out, in the words of the service; the shapes of both kinds are in
 * https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/monitor/Azure.Monitor.Query/TROUBLESHOOTING.md
 */
export class QueryError extends Error {
  readonly kind: 'SyntaxError' | 'SemanticError';
  readonly code: string;
  readonly place: (Place & { readonly token: string }) | undefined;

  constructor(kind: QueryError['kind'], code: string, message: string, place?: Place & { readonly token: string }) {
    super(message);
    this.name = 'QueryError';
    this.kind = kind;
    this.code = code;
    this.place = place;
  }
}

export function notParsed(token: string, { line, pos }: Place): QueryError {
  return new QueryError('SyntaxError', 'SYN0002', `Query could not be parsed at '${token}' on line [${line},${pos}]`, {
    line,
    pos,
    token,
  });
}

/** @param operator in which the name stands; undefined where there is none */
export function unknownTable(name: string, operator: string | undefined): QueryError {
  return semantic('SEM0100', `${prefix(operator)}Failed to resolve table or column expression named '${name}'`);
}

/** Of a column: https://github.com/microsoft/azure-container-apps/issues/1018 */
export function unknownColumn(name: string, operator: string): QueryError {
  return semantic('SEM0100', `${prefix(operator)}Failed to resolve scalar expression named '${name}'`);
}

export function unknownFunction(name: string): QueryError {
  return semantic('SEM0260', `Unknown function: '${name}'.`);
}

export function wrongTypes(what: string): QueryError {
  return semantic('SEM0064', what);
}

function prefix(operator: string | undefined): string {
  return operator === undefined ? '' : `'${operator}' operator: `;
}

function semantic(code: string, message: string): QueryError {
  return new QueryError('SemanticError', code, message);
}
