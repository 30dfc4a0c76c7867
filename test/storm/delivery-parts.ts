/** What a part of a storm came to: its figures, and every broken promise in words. */
export type Outcome = { figures: Record<string, number | string>; findings: string[] };
