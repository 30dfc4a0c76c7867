import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import { KitProvider } from '../../kit/browser/kit-provider.tsx';
import './console.css';
import { ConsoleApp } from './console-app.tsx';

const place = document.getElementById('page');
if (!place) throw new Error('The page has no place to be drawn in');
createRoot(place).render(
  <StrictMode>
    <KitProvider>
      <Router base="/console">
        <ConsoleApp />
      </Router>
    </KitProvider>
  </StrictMode>,
);
