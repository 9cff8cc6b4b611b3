export const ASSIGNMENT_TYPE = 'Microsoft.Authorization/policyAssignments';

/** Where an assignment is made, with the case it was written in. */
export function scopeOf(assignmentId: string): string {
  return assignmentId.slice(0, assignmentId.toLowerCase().lastIndexOf('/providers/microsoft.authorization/'));
}

/** Whether what is at an id is in a scope: the same, below it, or of any management group above the subscription. */
export function covers(scope: string, id: string): boolean {
  const there = scope.toLowerCase();
  if (there.startsWith('/providers/microsoft.management/managementgroups/')) return true;
  return `${id.toLowerCase()}/`.startsWith(`${there}/`);
}
