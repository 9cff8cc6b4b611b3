/* Made by "npm run page-types" from the OpenAPI document of the HTTP interface; a test compares. */

export type StepName =
  | 'check_prerequisites'
  | 'create_resource_group'
  | 'create_monitoring'
  | 'create_container_registry'
  | 'create_key_vault'
  | 'create_databases'
  | 'store_secrets'
  | 'create_container_apps_env'
  | 'build_and_push_images'
  | 'deploy_infrastructure_services'
  | 'deploy_application_services'
  | 'configure_environment_variables'
  | 'run_migrations'
  | 'verify_deployment';
export type DeploymentRequest =
  | DeploymentWithOptions
  | {
      [k: string]: unknown;
    };
export type RunStatus =
  'queued' | 'running' | 'waiting_for_approval' | 'succeeded' | 'failed' | 'cancelled' | 'rejected' | 'abandoned';
export type SourceAnswer =
  | {
      status: 'known';
      source: string;
    }
  | {
      status: 'upload';
      source: string;
      url: string;
      headers: {
        [k: string]: string;
      };
      expiresAt: string;
    };
export type RunEvent =
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'run_started';
      resumed: boolean;
      startedBy: string;
      version: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'run_queued';
      place: number;
      holder: string | null;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'plan';
      plan: Plan;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'approval_requested';
      planDigest: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'approval_decided';
      planDigest: string;
      decision: 'approve' | 'reject';
      by: string;
      comment?: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'cancel_requested';
      by: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'step_started';
      step: StepName;
      number: number;
      reason: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'step_progress';
      step: StepName;
      message: string;
      waitingInSeconds?: number;
      traffic?: {
        service: string;
        shares: {
          [k: string]: number;
        };
      };
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'step_completed';
      step: StepName;
      durationInMs: number;
      attempts: number;
      lateInSeconds?: number;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'step_skipped';
      step: StepName;
      reason: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'step_failed';
      step: StepName;
      code: string;
      message: string;
      correlationId?: string;
      hint?: string;
      durationInMs: number;
      attempts: number;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'drift_checked';
      resources: number;
      differing: number;
      drift: Drift[];
      notes: string[];
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'dump_completed';
      server: string;
      addresses: string[];
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'removal_started';
      key: string;
      resource: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'removal_completed';
      key: string;
      resource: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'removal_failed';
      key: string;
      resource: string;
      code: string;
      message: string;
      hint?: string;
      correlationId?: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'log';
      level: 'debug' | 'info' | 'warning' | 'error';
      step?: StepName;
      service?: string;
      message: string;
    }
  | {
      id: string;
      runId: string;
      environment: string;
      at: string;
      type: 'run_completed';
      status: 'succeeded' | 'failed' | 'cancelled' | 'rejected';
      executed: StepName[];
      skipped: StepName[];
      failed: StepName[];
      deleted?: number;
      dumps?: string[];
      durationInMs: number;
      addresses?: {
        [k: string]: string;
      };
      expires?: string;
    };
export type PageText = string;

export interface HttpInterface {
  StepName: StepName;
  DeploymentRequest: DeploymentRequest;
  RunStatus: RunStatus;
  PlannedStep: PlannedStep;
  PlannedResource: PlannedResource;
  CostSums: CostSums;
  ResourceCost: ResourceCost;
  CostEstimate: CostEstimate;
  Plan: Plan;
  PlanDecision: PlanDecision;
  Failure: Failure;
  Step: Step;
  Removal: Removal;
  RequestProblem: RequestProblem;
  Run: Run;
  Lock: Lock;
  Problem: Problem;
  RollbackRequest: RollbackRequest;
  RepairRequest: RepairRequest;
  DestroyRequest: DestroyRequest;
  Drift: Drift;
  LeftBehind: LeftBehind;
  DriftReport: DriftReport;
  Services: Services;
  SourceRequest: SourceRequest;
  SourceAnswer: SourceAnswer;
  DriftCheck: DriftCheck;
  Overview: Overview;
  EnvironmentList: EnvironmentList;
  Environment: Environment;
  RunOverview: RunOverview;
  RunPage: RunPage;
  RunEvent: RunEvent;
  Decision: Decision;
  LockAnswer: LockAnswer;
  ResetAnswer: ResetAnswer;
  ForgetAnswer: ForgetAnswer;
  AuditPage: AuditPage;
  OpenApi: OpenApi;
  Health: Health;
  SignInCode: SignInCode;
  SignInRequest: SignInRequest;
  SignInAnswer: SignInAnswer;
  PageText: PageText;
}
export interface DeploymentWithOptions {
  config:
    | {
        [k: string]: unknown;
      }
    | string;
  /**
   * What differs in this environment, or in the one it is made from, as YAML; instead of an overlay of the file.
   */
  overlay?: string;
  /**
   * Variables that the configuration fills in, before the settings DRAFTGENIE_VAR_* of the app.
   */
  variables?: {
    [k: string]: string;
  };
  /**
   * Values of outputs, by state and name, that the configuration reads as ${{terraform.NAME.OUTPUT}}.
   */
  terraform?: {
    [k: string]: {
      [k: string]: unknown;
    };
  };
  /**
   * What the compiler made of the templates that the configuration names, by their names there.
   */
  templates?: {
    [k: string]: {
      [k: string]: unknown;
    };
  };
  options?: {
    [k: string]: unknown;
  };
}
export interface PlannedStep {
  step: StepName;
  number: number;
  action: 'run' | 'skip' | 'maybe';
  reason: string;
  changed: string[];
}
export interface PlannedResource {
  key: string;
  id: string;
  type: string;
  apiVersion?: string;
  action:
    | 'create'
    | 'update'
    | 'unchanged'
    | 'replace'
    | 'forbidden'
    | 'adopt'
    | 'keep'
    | 'left_behind'
    | 'delete'
    | 'orphan';
  reason?: string;
  changes?: {
    path: string;
    from: string;
    to: string;
    owner: 'setting' | 'computed' | 'invariant' | 'default';
    danger?: string;
    knownAfter?: StepName;
  }[];
  kept?: {
    path: string;
    found: string;
    wanted: string;
    why: string;
  }[];
  data?: {
    size?: string;
    since?: string;
  };
  goesWith?: string;
  after?: string[];
  maybe?: string[];
}
export interface CostSums {
  fixed: string;
  use: string;
  sum: string;
}
export interface ResourceCost {
  key: string;
  title: string;
  now: CostSums;
  after: CostSums;
  change: string;
  most: string;
  components: {
    what: string;
    kind: 'fixed' | 'use';
    meter: string;
    unit: string;
    price: string;
    quantity: {
      now?: string;
      after?: string;
    };
    now: string;
    after: string;
  }[];
  notPriced?: string[];
}
export interface CostEstimate {
  currency: string;
  asOf?: string;
  problem?: string;
  now: CostSums;
  after: CostSums;
  change: string;
  most: string;
  resources: ResourceCost[];
  allowances: {
    what: string;
    now: string;
    after: string;
  }[];
  notPriced: {
    key: string;
    title: string;
    why: string;
  }[];
  assumptions: {
    [k: string]: number;
  };
  notes: string[];
  limit?: string;
}
export interface Plan {
  environment: string;
  target?: {
    subscriptionId: string | null;
    resourceGroup: string;
    location: string;
  };
  removal?: {
    leftBehind: string | null;
    deletesData: boolean;
    dump?: {
      containerId: string;
      address: string;
      grants: boolean;
      servers: {
        id: string;
        host: string;
        version: string;
        user: string;
        databases: string[];
      }[];
    };
  };
  steps: PlannedStep[];
  resources: PlannedResource[];
  takeover?: {
    what: string;
    resources: string[];
    steps: StepName[];
  }[];
  domains?: {
    service: string;
    name: string;
    records: {
      type: string;
      name: string;
      value: string;
      ours: boolean;
    }[];
  }[];
  expires?:
    | {
        kind: 'set';
        after: string;
      }
    | {
        kind: 'kept';
        at: string;
      }
    | {
        kind: 'dropped';
        at: string;
      };
  renewed?: string[];
  warnings: string[];
  unseen?: string[];
  criticalPath: {
    step: StepName;
    estimatedSeconds: number;
  }[];
  overLimit?: {
    limit: string;
    currency: string;
  };
  digest: string;
  cost?: CostEstimate;
}
export interface PlanDecision {
  planDigest: string;
  decision: 'approve' | 'reject';
  by: string;
  at: string;
  comment?: string;
}
export interface Failure {
  code: string;
  message: string;
  correlationId?: string;
  hint?: string;
}
export interface Step {
  step: StepName;
  number: number;
  title: string;
  after: StepName[];
  typicalInSeconds: number;
  status: 'pending' | 'running' | 'completed' | 'skipped' | 'failed' | 'stopped';
  reason: string | null;
  startedAt: string | null;
  finishedAt: string | null;
  durationInMs: number | null;
  attempts: number;
  waitingFor: string | null;
  checks: string[];
  error: Failure | null;
}
export interface Removal {
  key: string;
  id: string;
  status: 'pending' | 'running' | 'completed' | 'failed' | 'stopped';
  error: Failure | null;
}
export interface RequestProblem {
  path: string;
  message: string;
  line?: number;
  column?: number;
  file?: string;
}
export interface Run {
  runId: string;
  environment: string;
  status: RunStatus;
  startedAt: string;
  finishedAt: string | null;
  durationInMs: number;
  executed: StepName[];
  skipped: StepName[];
  failed: StepName[];
  requestedBy: string;
  work?: 'deploy' | 'plan' | 'rollback' | 'repair' | 'destroy' | 'drift_check';
  drifted?: number;
  deleted?: number;
  dumps?: string[];
  trigger: 'cli' | 'http' | 'blob' | 'timer';
  place: number | null;
  cancelRequested: boolean;
  plan: Plan | null;
  pendingApproval: string | null;
  decisions: PlanDecision[];
  steps: Step[];
  removals: Removal[];
  error: {
    code: string;
    message: string;
    correlationId?: string;
    hint?: string;
    step?: StepName;
  } | null;
  addresses: {
    [k: string]: string;
  };
  expires?: string;
  links: {
    self: string;
    events: string;
    approval: string;
    cancel: string;
  };
  newerVersion?: {
    runId: string;
    version: string;
    appVersion: string;
    next: string;
  };
  warnings?: RequestProblem[];
}
export interface Lock {
  runId: string;
  holder: string;
  acquiredAt: string;
  step: string | null;
  wakeBy: string;
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  hint?: string;
  problems?: RequestProblem[];
  lock?: Lock | null;
}
export interface RollbackRequest {
  /**
   * A kept successful run.
   */
  to?: string;
  autoApprove?: boolean;
  dryRun?: boolean;
}
export interface RepairRequest {
  autoApprove?: boolean;
  dryRun?: boolean;
}
export interface DestroyRequest {
  /**
   * Leave what holds data; the state goes on to know it.
   */
  keepData?: boolean;
  /**
   * Delete one thing that was left behind, by its name.
   */
  leftBehind?: string;
  /**
   * Delete these, too, although nothing says that we made them.
   *
   * @maxItems 100
   */
  include?: string[];
  /**
   * ACCOUNT/CONTAINER of a storage account: dump the databases there before anything is deleted.
   */
  dumpTo?: string;
  /**
   * The name of the environment, again: data may be deleted.
   */
  confirm?: string;
  /**
   * Delete it if its time is over, and only then; asks nobody, since who gave it that time agreed.
   */
  expired?: boolean;
  /**
   * What to do while another run holds the environment.
   */
  onBusy?: 'fail' | 'wait';
  autoApprove?: boolean;
  dryRun?: boolean;
}
export interface Drift {
  key: string;
  id: string;
  step: StepName;
  path: string;
  expected: string;
  found: string;
  danger?: string;
  repaired: boolean;
  place?: string;
}
export interface LeftBehind {
  name: string;
  id: string;
  type: string;
  holdsData: boolean;
  below: string[];
  since?: string;
}
export interface DriftReport {
  runId: string;
  resources: number;
  drift: Drift[];
  notes?: string[];
  leftBehind: LeftBehind[];
  unfinishedRepair?: string;
}
export interface Services {
  at: string;
  health:
    ('missing' | 'unhealthy' | 'degraded' | 'stopped' | 'unknown' | 'starting' | 'scaled_to_zero' | 'healthy') | null;
  services: {
    key: string;
    name: string;
    id: string;
    health: 'missing' | 'unhealthy' | 'degraded' | 'stopped' | 'unknown' | 'starting' | 'scaled_to_zero' | 'healthy';
    address: string | null;
    ingress: 'external' | 'internal' | 'none';
    domains: string[];
    image: string | null;
    replicas: {
      now: number;
      min: number;
      max: number;
    } | null;
    revisions: {
      name: string;
      healthState: string;
      runningState: string;
      replicas: number;
      traffic: number;
      image: string | null;
      createdAt: string | null;
    }[];
    driftedVariables:
      | {
          container: string;
          name: string;
          change: 'changed' | 'added' | 'removed';
        }[]
      | null;
    otherDrift: number | null;
    portal: string;
    unread: string | null;
  }[];
  backing: {
    key: string;
    name: string;
    id: string;
    type: string;
    health: 'ready' | 'not_ready' | 'missing' | 'unknown';
    state: string | null;
    address: string | null;
    portal: string;
    unread: string | null;
  }[];
  comparedWith: string | null;
}
export interface SourceRequest {
  sha256: string;
}
export interface DriftCheck {
  schedule: string;
  repair: boolean;
  next: string | null;
  last: {
    at: string;
    runId: string;
    outcome: 'clean' | 'drift' | 'failed' | 'cancelled' | 'unsettled';
  } | null;
  differing: number;
  repairRunId: string | null;
  notRepaired: string | null;
}
export interface Overview {
  environments: {
    environment: string;
    state: {
      lastUpdated: string | null;
      resources: number;
      leftBehind: number;
      closed: {
        at: string;
        runId: string;
        keptData: boolean;
      } | null;
      from: string | null;
      expires: {
        at: string;
        by: string;
        phase: 'ahead' | 'soon' | 'due';
      } | null;
      driftCheck: DriftCheck | null;
      lastRun: {
        runId: string;
        status: string;
        finishedAt: string | null;
      } | null;
      lock: Lock | null;
      queue: {
        runId: string;
        since: string;
      }[];
      addresses: {
        [k: string]: string;
      };
      images: {
        [k: string]: string;
      };
      revisions: {
        [k: string]: string;
      };
    } | null;
    newestRun: {
      runId: string;
      status: RunStatus;
      startedAt: string;
      finishedAt: string | null;
      requestedBy: string;
      pendingApproval: string | null;
    } | null;
    monthlyCost: {
      currency: string;
      sum: string;
    } | null;
    trouble: {
      code: string;
      detail?: string;
      hint?: string;
    } | null;
  }[];
  next: string | null;
}
export interface EnvironmentList {
  environments: string[];
}
export interface Environment {
  environment: string;
  subscriptionId: string | null;
  resourceGroup: string | null;
  lastUpdated: string | null;
  serial: number;
  steps: {
    step: StepName;
    status: string;
    at: string;
    runId: string | null;
    durationInMs: number | null;
    error: Failure | null;
  }[];
  resources: {
    key: string;
    id: string;
    type: string;
    step: StepName;
  }[];
  leftBehind: LeftBehind[];
  closed: {
    at: string;
    runId: string;
    keptData: boolean;
  } | null;
  from: string | null;
  expires: {
    at: string;
    by: string;
    phase: 'ahead' | 'soon' | 'due';
  } | null;
  driftCheck: DriftCheck | null;
  lastRun: {
    runId: string;
    status: string;
    finishedAt: string | null;
  } | null;
  lock: Lock | null;
  queue: {
    runId: string;
    since: string;
  }[];
  addresses: {
    [k: string]: string;
  };
  images: {
    [k: string]: string;
  };
  revisions: {
    [k: string]: string;
  };
}
export interface RunOverview {
  runId: string;
  environment: string;
  status: RunStatus;
  startedAt: string;
  finishedAt: string | null;
  durationInMs: number;
  executed: StepName[];
  skipped: StepName[];
  failed: StepName[];
  requestedBy?: string;
  work?: 'deploy' | 'plan' | 'rollback' | 'repair' | 'destroy' | 'drift_check';
  drifted?: number;
  deleted?: number;
  dumps?: string[];
}
export interface RunPage {
  runs: RunOverview[];
  next: string | null;
}
export interface Decision {
  planDigest: string;
  decision: 'approve' | 'reject';
  comment?: string;
  /**
   * The name of the environment, where the plan deletes data.
   */
  confirm?: string;
  /**
   * The plan may cost more than the configuration allows.
   */
  acceptCost?: boolean;
}
export interface LockAnswer {
  lock: Lock | null;
}
export interface ResetAnswer {
  copy: string | null;
}
export interface ForgetAnswer {
  forgotten: string;
}
export interface AuditPage {
  entries: {
    id: string;
    at: string;
    by: string;
    from: string;
    operation: string;
    environment: string;
    runId: string | null;
    outcome: string;
  }[];
  next: string | null;
}
export interface OpenApi {
  openapi: string;
  [k: string]: unknown;
}
export interface Health {
  status: 'ok' | 'degraded';
  version: string;
  checks: {
    storage: 'ok' | 'unreachable';
    engine: 'ok' | 'unreachable';
  };
  newerRuns?: {
    runId: string;
    version: string;
    appVersion: string;
    next: string;
  }[];
}
export interface SignInCode {
  code: string;
  expiresAt: string;
}
export interface SignInRequest {
  code: string;
}
export interface SignInAnswer {
  key: string;
}
