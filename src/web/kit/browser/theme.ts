import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#eef5f3',
  '#dceae6',
  '#b8d5cd',
  '#91beb2',
  '#5f9e90',
  '#2c7767',
  '#0f5b4f',
  '#0b463d',
  '#093a32',
  '#07332c',
];
const alert: MantineColorsTuple = [
  '#fbf2f0',
  '#f6eae8',
  '#eccfca',
  '#dfaca4',
  '#d1877b',
  '#b54735',
  '#a8321e',
  '#8c2919',
  '#7e2416',
  '#701f12',
];

/** The kit's look. Its variables stand in mantine-variables.css: a style element would break the page's CSP. */
export const theme = createTheme({
  colors: { brand, alert },
  primaryColor: 'brand',
  defaultRadius: 'md',
  fontFamily: 'var(--font)',
  headings: { fontFamily: 'var(--font)', fontWeight: '700' },
  radius: { md: '10px', lg: '14px' },
  black: '#1f2328',
  respectReducedMotion: true,
  // Large enough for fingers, and for iOS not to zoom in.
  components: {
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    NativeSelect: { defaultProps: { size: 'md' } },
    MultiSelect: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Checkbox: { defaultProps: { size: 'md' } },
  },
});

/** Mantine's own greys and reds are too light for text on paper. */
export const variablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-error': '#a8321e',
    '--mantine-color-dimmed': '#565d65',
    '--mantine-color-placeholder': '#6b7176',
    '--mantine-color-disabled-color': '#5a6166',
    '--mantine-color-default-border': '#aab3b0',
    '--mantine-color-anchor': '#0f5b4f',
  },
  dark: {},
});
