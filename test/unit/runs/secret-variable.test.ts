import { describe, expect, it } from 'vitest';
import { secretVariable } from '../../../src/runs/secret-variable.ts';

describe('the variable behind env:NAME', () => {
  it('is one that was made for it, so that no configuration reads the others of the process', () => {
    expect(secretVariable('GEMINI_API_KEY')).toBe('DRAFTGENIE_SECRET_GEMINI_API_KEY');
    expect(secretVariable('AzureWebJobsStorage')).toBe('DRAFTGENIE_SECRET_AzureWebJobsStorage');
    expect(secretVariable('DRAFTGENIE_SECRET_X')).toBe('DRAFTGENIE_SECRET_X');
  });
});
