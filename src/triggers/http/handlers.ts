import type { HttpHandler, InvocationContext } from '@azure/functions';
import type { RouteName } from '../../domain/api/route-table.ts';
import type { Engine } from '../../runs/engine.ts';
import type { AppServices } from '../app-services.ts';
import { decideApprovalHandler } from './approval.ts';
import {
  cancelDeploymentHandler,
  destroyHandler,
  listDeploymentsHandler,
  repairHandler,
  rollbackHandler,
  showDeploymentHandler,
  showDriftHandler,
  showServicesHandler,
  startDeploymentHandler,
} from './deployments.ts';
import { showHealthHandler, showOpenApiHandler } from './description.ts';
import {
  breakLockHandler,
  forgetResourceHandler,
  listEnvironmentsHandler,
  resetStateHandler,
  showAuditHandler,
  showEnvironmentHandler,
  showLockHandler,
} from './environments.ts';
import { readEventsHandler } from './events.ts';
import { httpHandler, type RouteHandler } from './handler.ts';
import { showOverviewHandler } from './overview.ts';
import { showPageFileHandler, showPageHandler } from './page.ts';
import { makeSignInCodeHandler, takeSignInCodeHandler } from './sign-in.ts';
import { addSourceHandler } from './sources.ts';

const HANDLERS: Readonly<Record<RouteName, RouteHandler>> = {
  startDeployment: startDeploymentHandler,
  rollback: rollbackHandler,
  repair: repairHandler,
  destroyEnvironment: destroyHandler,
  showDrift: showDriftHandler,
  showServices: showServicesHandler,
  addSource: addSourceHandler,
  showOverview: showOverviewHandler,
  listEnvironments: listEnvironmentsHandler,
  showEnvironment: showEnvironmentHandler,
  listDeployments: listDeploymentsHandler,
  showDeployment: showDeploymentHandler,
  readEvents: readEventsHandler,
  decideApproval: decideApprovalHandler,
  cancelDeployment: cancelDeploymentHandler,
  showLock: showLockHandler,
  breakLock: breakLockHandler,
  resetState: resetStateHandler,
  showAudit: showAuditHandler,
  forgetResource: forgetResourceHandler,
  showOpenApi: showOpenApiHandler,
  showHealth: showHealthHandler,
  makeSignInCode: makeSignInCodeHandler,
  takeSignInCode: takeSignInCodeHandler,
  showPage: showPageHandler,
  showPageFile: showPageFileHandler,
};

/** The handler of one route on an engine. */
export function handlerOf(
  app: AppServices,
  name: RouteName,
  engineOf: (context: InvocationContext) => Engine,
): HttpHandler {
  return httpHandler(app, name, HANDLERS[name], engineOf);
}
