/** Replaces secrets in any text that leaves the process. */
export interface Masker {
  mask(text: string): string;
  /** Tells it of a secret value learnt at run time. */
  add(secret: string): void;
}

const MASK = '***';

/** Shorter values would mask ordinary words. */
const MIN_SECRET_LENGTH = 6;

/** What gives a credential away by its surroundings, wherever it came from. */
const PATTERNS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // scheme://user:password@host and redis://:password@host
  // (scanned for from the colon: a pattern that begins with any letter takes quadratic time on a long word)
  [/(?<=:)(\/\/[^\s:/@]{0,200}:)[^\s/@]{1,2000}@/g, `$1${MASK}@`],
  [/([?&;](?:sig|se_sig|signature|code|access_token|client_secret)=)[^\s&;"']+/gi, `$1${MASK}`],
  [
    /\b((?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|InstrumentationKey)\s*=\s*)[^\s;"']+/gi,
    `$1${MASK}`,
  ],
  [/\b(Bearer\s+)[A-Za-z0-9._~+/-]{12,}=*/gi, `$1${MASK}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, MASK],
];

export function createMasker(secrets: readonly string[]): Masker {
  const known = new Set<string>();
  let expression: RegExp | undefined;

  function add(secret: string): void {
    // Logs are told line by line.
    const lines = secret.split(/\r?\n/);
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...lines]) {
      if (form.length < MIN_SECRET_LENGTH || known.has(form)) continue;
      known.add(form);
      expression = undefined;
    }
  }

  for (const secret of secrets) add(secret);
  return {
    add,
    mask(text) {
      if (known.size > 0) {
        // Longest first, so that a secret that holds another is masked as a whole.
        expression ??= new RegExp(
          [...known]
            .sort((a, b) => b.length - a.length)
            .map(escapeExpression)
            .join('|'),
          'g',
        );
        text = text.replace(expression, MASK);
      }
      return PATTERNS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);
    },
  };
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.|?*+(){}[\]/]/g, '\\$&');
}
