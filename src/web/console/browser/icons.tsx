import type { ReactNode } from 'react';

/** Line icons of the menu, in the colour of the text beside them; they say nothing that the text does not. */
function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="22"
      height="22"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const icons = {
  home: (
    <Icon>
      <path d="M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1z" />
    </Icon>
  ),
  approvals: (
    <Icon>
      <circle cx="12" cy="12" r="8" />
      <path d="m8.5 12.2 2.4 2.4 4.6-5" />
    </Icon>
  ),
  people: (
    <Icon>
      <circle cx="9" cy="8.5" r="3.2" />
      <path d="M3.5 19c.4-3.2 2.6-5 5.5-5s5.1 1.8 5.5 5M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17 14.4c2 .6 3.2 2.2 3.5 4.6" />
    </Icon>
  ),
  devices: (
    <Icon>
      <rect x="6" y="3.5" width="12" height="17" rx="2" />
      <path d="M10.5 17.5h3" />
    </Icon>
  ),
  keys: (
    <Icon>
      <circle cx="8" cy="15.5" r="3.5" />
      <path d="m10.6 13 7.9-7.9M15.5 8l2.5 2.5" />
    </Icon>
  ),
  audit: (
    <Icon>
      <path d="M6 4h9l3 3v13H6zM9 10h6M9 13.5h6M9 17h4" />
    </Icon>
  ),
  account: (
    <Icon>
      <circle cx="12" cy="8.5" r="3.8" />
      <path d="M4.5 20c.6-3.8 3.5-6 7.5-6s6.9 2.2 7.5 6" />
    </Icon>
  ),
};
