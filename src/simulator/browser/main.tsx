import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '#web/flex/flex.css';
import './page.css';
import './phone/phone.css';
import './phone/chat.css';
import './till/till.css';
import './inspector/inspector.css';
import { SimulatorPage } from './simulator-page.tsx';
import { WordsProvider } from './words/words.tsx';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place to be drawn in');
createRoot(place).render(
  <StrictMode>
    <WordsProvider>
      <SimulatorPage />
    </WordsProvider>
  </StrictMode>,
);
