// Package ffmpeg reads and writes film files such as .mp4, .mov, .mkv, .webm and .avi through the programs ffprobe and
// ffmpeg, where they are installed.
//
// [Look] asks ffprobe for the size of a film's pictures and the time of each, and refuses false sizes before a picture is
// decoded. [Film.Frames] then decodes all pictures in the order of time: upright, as the file's rotation says, and with
// square pixels. Sound and further video streams are ignored.
//
// The programs are started without a shell, and end with the context. They read the given file only: a film cannot make
// them open other files or addresses, and the file's name may begin with a hyphen or look like an address.
package ffmpeg
