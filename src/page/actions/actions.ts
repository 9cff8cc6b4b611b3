/**
 * What can be done from the page: the command that does the same, and its options for what is chosen. Each action and each option is tried
 * in a real browser, and each command typed as it is shown (test/e2e/page/tried-actions.test.ts).
 */
export const ACTIONS = {
  deploy: { command: 'deploy', options: ['--config', '--refresh'] },
  plan: { command: 'plan', options: ['--config', '--refresh'] },
  cancel: { command: 'cancel', options: [] },
  approve: { command: 'approve', options: ['--plan', '--comment', '--confirm', '--accept-cost'] },
  reject: { command: 'approve', options: ['--plan', '--reject', '--comment'] },
  rollBack: { command: 'rollback', options: ['--to', '--dry-run'] },
  repair: { command: 'drift', options: ['--fix'] },
  destroy: { command: 'destroy', options: ['--keep-data', '--dump-to'] },
  deleteLeftBehind: { command: 'destroy', options: ['--left-behind'] },
  forget: { command: 'state forget', options: [] },
  breakLock: { command: 'state unlock', options: [] },
} as const;

export type Action = keyof typeof ACTIONS;
