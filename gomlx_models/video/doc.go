// Package video holds what the video models share: the shape of a video, videos in memory or made on demand, the
// encoder's input, and phase-space states.
//
// A video is [Frames, Size, Size, 3] bytes, RGB, row-major from the top. Pixel values are bytes over 255.
package video
