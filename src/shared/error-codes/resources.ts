import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** What Azure has, does and answers, in our own words; Azure's own codes are in azure/error-table.ts. */
export const RESOURCE_ERRORS = {
  OperationTimedOut: {
    meaning: 'A long-running operation of Azure was not done within its time limit; it stays recorded.',
    next: 'Deploy again: the run goes on with the same operation. advanced.operation_timeout raises the limit.',
    exitCode: ExitCode.failed,
  },
  ResourceProvisioningFailed: {
    meaning: 'A resource stays in the state Failed after it was written again.',
    next: 'Look at its activity log in the portal; delete it when it holds nothing, and deploy again.',
    exitCode: ExitCode.failed,
  },
  access_in_use: {
    meaning: 'Others have access by a setting that has to be changed, and would lose it.',
    next: 'Give them the access that the message names, and deploy again.',
    exitCode: ExitCode.failed,
  },
  app_missing: {
    meaning: 'A container app that should have traffic is not there.',
    next: 'Make it again with: --force-step deploy_application_services',
    exitCode: ExitCode.failed,
  },
  azure_answer_incomplete: {
    meaning: 'An answer of Azure lacks a value that is needed to go on.',
    next: 'Deploy again; if it stays so, look at the resource in the portal.',
    exitCode: ExitCode.failed,
  },
  azure_failed: {
    meaning: 'Azure refused what was asked; its own code is in the message.',
    next: 'Look Azure’s code up below, and ask again.',
    exitCode: ExitCode.failed,
    status: 502,
  },
  domain_certificate_refused: {
    meaning:
      'The certificate of a name was not issued: its CAA records, or Azure, forbid it. The application is released.',
    next: 'Do what the message says (for CAA: allow digicert.com), and deploy again: it goes on with the certificate.',
    exitCode: ExitCode.failed,
  },
  domain_not_shown: {
    meaning:
      'DNS did not show the records of a name in time (advanced.domain_timeout). The application is released, under its default address.',
    next: 'Make the records that the message lists, and deploy again: it goes on from there.',
    exitCode: ExitCode.failed,
  },
  group_not_empty: {
    meaning: 'Something was put into the resource group after the plan of its deletion was made.',
    next: 'Run destroy again: its plan says what stays.',
    exitCode: ExitCode.failed,
  },
  job_failed: {
    meaning: 'An execution of a job ended without success; its log was printed.',
    next: 'Correct the job, or what it works on, and start it again.',
    exitCode: ExitCode.failed,
  },
  job_unknown: {
    meaning: 'No job of that name was deployed.',
    next: 'Name one of those that the message lists, or deploy it first.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  migration_failed: {
    meaning: 'A migration ended without success; the end of its log is in the message.',
    next: 'The new code was not started. Correct the migration and deploy again.',
    exitCode: ExitCode.failed,
  },
  output_is_secret: {
    meaning: 'An output of a resource holds a secret, and outputs lie in the state.',
    next: 'Ask for it under the secrets of that resource; their values go to the vault alone.',
    exitCode: ExitCode.failed,
  },
  prerequisites_failed: {
    meaning: 'Azure or the configuration lacks something that a deployment needs; every problem is listed.',
    next: 'Correct what the message lists; nothing was created.',
    exitCode: ExitCode.failed,
  },
  record_taken: {
    meaning: 'A DNS record that a name needs is there with another content, and this environment did not make it.',
    next: 'Change it to what the plan asks for, or remove it, and deploy again. It is never overwritten.',
    exitCode: ExitCode.failed,
  },
  resource_came_back: {
    meaning: 'A resource was deleted, and is there again.',
    next: 'Find out who makes it (a policy, a pipeline, another tool), then run destroy again.',
    exitCode: ExitCode.failed,
  },
  resource_cannot_shrink: {
    meaning: 'The configuration asks for a smaller disk or an older version than there is; Azure makes neither.',
    next: 'Set the configuration back to what is there.',
    exitCode: ExitCode.failed,
  },
  resource_immutable: {
    meaning: 'The configuration changes a property that Azure fixes when the resource is created.',
    next: 'Set the configuration back, choose another name, or allow a replacement with --allow-replace NAME.',
    exitCode: ExitCode.failed,
  },
  resource_not_ours: {
    meaning: 'A resource of that name exists and is not of this environment.',
    next: 'Choose another name, or take it over with --adopt.',
    exitCode: ExitCode.failed,
  },
  secret_not_in_vault: {
    meaning: 'The vault has no secret of the name that the configuration refers to.',
    next: 'Put it into the vault, and deploy again.',
    exitCode: ExitCode.failed,
  },
  secret_unusable: {
    meaning:
      'A secret that an app or a job refers to is deleted, disabled or empty in the vault; Azure would blame a role.',
    next: 'Enable, recover or set it in the vault, and deploy again.',
    exitCode: ExitCode.failed,
  },
  service_gone: {
    meaning: 'The container app of the service was deleted since it was deployed.',
    next: 'Look at what is there with: draftgenie-deploy status',
    exitCode: ExitCode.failed,
  },
  service_unhealthy: {
    meaning: 'A service does not become healthy; what its revision and replicas say is in the message.',
    next: 'Look at the logs of the service, its health path and its port.',
    exitCode: ExitCode.failed,
  },
  service_unknown: {
    meaning: 'No service of that name was deployed to the environment.',
    next: 'Name one of those that the message lists.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  smoke_failed: {
    meaning: 'The smoke requests against the new release of a service failed.',
    next: 'Look at the logs of the service, or correct services.<name>.smoke.',
    exitCode: ExitCode.failed,
  },
  subscription_ambiguous: {
    meaning: 'The credential can see several subscriptions, and none is named.',
    next: 'Name one in azure.subscription_id.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  subscription_missing: {
    meaning: 'The credential can see no subscription.',
    next: 'Sign in with another account, or have a role granted on a subscription.',
    exitCode: ExitCode.failed,
  },
  subscription_unknown: {
    meaning: 'The credential cannot use the subscription of the configuration.',
    next: 'Correct azure.subscription_id, or sign in with another account.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  traffic_not_moved: {
    meaning: 'Azure does not give the traffic of an app to the revisions that were asked for.',
    next: 'Look at the revisions of the app in the portal, and deploy again.',
    exitCode: ExitCode.failed,
  },
  vault_soft_deleted: {
    meaning: 'A deleted key vault of another group or region holds the name.',
    next: 'Choose another key_vault.name, or recover that vault in its own resource group.',
    exitCode: ExitCode.failed,
  },
  template_takes_ours: {
    meaning: 'A template names a resource that this environment has already, by another key of the configuration.',
    next: 'Say it once: name it as existing in the template, or take it out of the configuration or of the template.',
    exitCode: ExitCode.failed,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
