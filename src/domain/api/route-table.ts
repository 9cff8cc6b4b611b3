/** Roles of people and pipelines, as an app registration in front names them. A deployer may read, too. */
export const ROLES = ['Deployment.Reader', 'Deployment.Deployer', 'Deployment.Approver'] as const;
export type Role = (typeof ROLES)[number];

export interface RouteAddress {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below `/api/`, with `{parameters}`. */
  readonly path: string;
  /** Any one of them suffices where roles are asked for; absent: everybody, without a key. */
  readonly roles?: readonly Role[];
}

const READ: readonly Role[] = ['Deployment.Reader', 'Deployment.Deployer', 'Deployment.Approver'];
const DEPLOY: readonly Role[] = ['Deployment.Deployer'];
const APPROVE: readonly Role[] = ['Deployment.Approver'];

/** What the host must know of every route. Apart from the schemas in `routes.ts`, which a cold start need not load. */
export const ROUTE_TABLE = {
  startDeployment: { method: 'POST', path: 'environments/{environment}/deployments', roles: DEPLOY },
  rollback: { method: 'POST', path: 'environments/{environment}/rollback', roles: DEPLOY },
  repair: { method: 'POST', path: 'environments/{environment}/repair', roles: DEPLOY },
  destroyEnvironment: { method: 'POST', path: 'environments/{environment}/destroy', roles: DEPLOY },
  showServices: { method: 'GET', path: 'environments/{environment}/services', roles: READ },
  showDrift: { method: 'GET', path: 'environments/{environment}/drift', roles: READ },
  addSource: { method: 'POST', path: 'sources', roles: DEPLOY },
  showOverview: { method: 'GET', path: 'overview', roles: READ },
  listEnvironments: { method: 'GET', path: 'environments', roles: READ },
  showEnvironment: { method: 'GET', path: 'environments/{environment}', roles: READ },
  listDeployments: { method: 'GET', path: 'environments/{environment}/deployments', roles: READ },
  showDeployment: { method: 'GET', path: 'deployments/{runId}', roles: READ },
  readEvents: { method: 'GET', path: 'deployments/{runId}/events', roles: READ },
  decideApproval: { method: 'POST', path: 'deployments/{runId}/approval', roles: APPROVE },
  cancelDeployment: { method: 'POST', path: 'deployments/{runId}/cancel', roles: DEPLOY },
  showLock: { method: 'GET', path: 'environments/{environment}/lock', roles: READ },
  breakLock: { method: 'DELETE', path: 'environments/{environment}/lock', roles: DEPLOY },
  resetState: { method: 'DELETE', path: 'environments/{environment}/state', roles: DEPLOY },
  forgetResource: { method: 'DELETE', path: 'environments/{environment}/resources/{resource}', roles: DEPLOY },
  showAudit: { method: 'GET', path: 'environments/{environment}/audit', roles: READ },
  showOpenApi: { method: 'GET', path: 'openapi.json', roles: READ },
  showHealth: { method: 'GET', path: 'health' },
  makeSignInCode: { method: 'POST', path: 'ui/codes', roles: READ },
  takeSignInCode: { method: 'POST', path: 'ui/key' },
  showPage: { method: 'GET', path: 'ui' },
  showPageFile: { method: 'GET', path: 'ui/{file}' },
} as const satisfies Record<string, RouteAddress>;
export type RouteName = keyof typeof ROUTE_TABLE;
