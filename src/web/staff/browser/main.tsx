import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '../../kit/browser/kit.css';
import './staff.css';
import { LanguageProvider } from '../../kit/browser/language.tsx';
import { Counter } from './counter.tsx';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place to be drawn in');
createRoot(place).render(
  <StrictMode>
    <LanguageProvider>
      <Counter />
    </LanguageProvider>
  </StrictMode>,
);
