import type { Permission, StaffRole } from '#features/staff/permission-rules.ts';

/** What /api/v1 says to every screen. */
export type Language = 'zh-TW' | 'en' | 'ja';
export const languages = ['zh-TW', 'en', 'ja'] as const satisfies readonly Language[];

export type StoreRef = { id: string; code: string; name: string };
export type DeviceRef = { id: string; name: string; store: StoreRef };

export type SignedPerson = {
  id: string;
  name: string;
  role: StaffRole;
  language: Language;
  hasPassword: boolean;
  hasSecondFactor: boolean;
  hasPin: boolean;
  hasLineLogin: boolean;
  stores: StoreRef[];
};

export type SessionState = 'signed_out' | 'second_factor' | 'enrolment' | 'signed_in';

export type Session = {
  state: SessionState;
  csrfToken: string | null;
  brandName: string;
  hasLineLogin: boolean;
  staff: SignedPerson | null;
  rights: Partial<Record<Permission, 'every' | 'own'>>;
  device: DeviceRef | null;
  idleSeconds: number | null;
  endsAt: string | null;
};

export type PageOf<T> = { items: T[]; nextCursor: string | null };
