import type { Definition } from './definition.ts';
import { deployApplicationServices } from './deploy-application-services.ts';

export const configureEnvironmentVariables = {
  name: 'configure_environment_variables',
  number: 12,
  title: 'Configure environment variables',
  makes: 'nothing, unless somebody changed variables by hand: repairs them',
  dependsOn: [deployApplicationServices.name],
  configKeys: ['networking'],
  // The revision that is to serve: a repair may have made another one than the step that deployed it.
  families: { servingRevision: 'app' },
  typicalSeconds: 2,
  consumes: ({ services }) => [
    ...services.application.map(({ key }) => ['app', key] as const),
    ...services.infrastructure.map(({ key }) => ['infrastructureApp', key] as const),
  ],
  inRollback: true,
  // A repair of an app may be a new revision.
  joinsRepairOf: [deployApplicationServices.name],
} as const satisfies Definition;
