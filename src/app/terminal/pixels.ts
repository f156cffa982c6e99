/**
 * Whether the browser tells the true number of device pixels of an element, as drawing with WebGL needs. Under
 * emulated screens (a browser's device toolbar) it tells the number for the real one, and WebGL would draw the
 * terminal outside of its canvas.
 */
export function hasTruePixels(element: HTMLElement): Promise<boolean> {
  return new Promise((resolve) => {
    const observer = new ResizeObserver(([entry]) => {
      observer.disconnect();
      const box = entry?.devicePixelContentBoxSize[0];
      const expected = element.clientWidth * window.devicePixelRatio;
      resolve(box !== undefined && Math.abs(box.inlineSize - expected) < 2);
    });
    try {
      observer.observe(element, { box: 'device-pixel-content-box' });
    } catch {
      resolve(true); // a browser that cannot tell; xterm.js then reckons by itself
    }
  });
}
