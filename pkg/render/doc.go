// Package render draws a camera's view of a physical system: coloured discs with soft edges on a grey background
// (Toth et al. 2020, Section 4; the background is not black because black ones hurt training).
//
// A frame is size x size pixels, row-major from the top, three bytes (R, G, B) per pixel. The canvas is the square
// [-E, E]² of world coordinates, y up, where E is the system's Extent, so pixel (row i, column j) is centred on
//
//	x = -E + (j + 1/2) 2E/size        y = E - (i + 1/2) 2E/size
//
// A disc covers a pixel whose centre lies at the distance d from the disc's centre by the share
//
//	a = smoothstep(1/2 + (radius - d)/(2w))      smoothstep(u) = 3u² - 2u³, u cut to [0, 1]
//
// where w, the half width of the edge, is E/15, or one pixel if pixels are larger than that. A shift by a fraction of
// a pixel therefore changes the frame smoothly at every size. The package uses no function that calls math.Exp: in
// builds with GOEXPERIMENT=simd such calls can take a hundred times as long.
package render
