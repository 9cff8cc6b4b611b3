import { type Refusal, refuse } from '../../refusal.ts';
import { TemplateError } from '../expressions/scope.ts';

/** What a resource or a vault answered when a template asked for it: an error of its own. */
export class RefusedError extends TemplateError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** What is wrong with a template, as Azure answers it. @throws what is no error of a template */
export function templateRefusal(error: unknown, say: (message: string) => string): Refusal {
  if (error instanceof RefusedError) return error.refusal;
  if (error instanceof TemplateError) return invalidTemplate(say(error.message));
  throw error;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template */
export function invalidTemplate(message: string): Refusal {
  return {
    ...refuse(400, 'InvalidTemplate', message),
    additionalInfo: [{ type: 'TemplateViolation', info: { lineNumber: 0, linePosition: 0, path: '' } }],
  };
}

/** Before anything is deployed. */
export function validationFailed(message: string): string {
  return `Deployment template validation failed: '${message}'.`;
}
