/** Parts of a deployment that are made only where the file asks for them. */
export const SECTIONS = ['containerRegistry', 'monitoring', 'postgresql', 'redis', 'storage'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Why a section is not asked for: the file says nothing of it, or that it is to be let go. */
export type Unasked = 'absent' | 'let_go';
