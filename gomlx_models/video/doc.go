// Package video is what the models of videos share: the shape of a video, videos in memory or made on demand, what
// an encoder sees of them, the order in which a training walks through them, and phase-space states.
//
// A video is [Frames, Size, Size, 3] bytes, RGB, row-major from the top. Pixels as numbers are bytes over 255.
package video
