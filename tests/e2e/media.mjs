// ffmpeg as the encoder, ffprobe and GStreamer as the players.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export function framesPerSecond(rate = '30') {
  const [count, per = 1] = rate.split('/').map(Number);
  return count / per;
}

// The arguments of a test picture with a tone.
function source({ frames, rate, size, gop, bframes, video, picture, codec, audio, sound, realtime }) {
  const seconds = frames / framesPerSecond(rate);
  const pace = realtime ? ['-re'] : [];
  const inputs = [];
  const codecs = [];
  if (video) {
    inputs.push(...pace, '-f', 'lavfi', '-i', `${picture}=size=${size}:rate=${rate}`);
    codecs.push('-frames:v', `${frames}`, '-c:v', codec, '-pix_fmt', 'yuv420p', '-b:v', '400k');
    codecs.push('-g', `${gop}`, '-sc_threshold', '0');
    if (codec === 'libx264') codecs.push('-preset', bframes ? 'veryfast' : 'ultrafast', '-bf', `${bframes}`);
    if (codec === 'libx264' && !bframes) codecs.push('-tune', 'zerolatency');
  }
  if (audio) {
    inputs.push(...pace, '-f', 'lavfi', '-i', `${sound}=sample_rate=48000:duration=${seconds}`);
    codecs.push('-c:a', 'aac', '-b:a', '96k', '-ac', audio === 'mono' ? '1' : '2');
  }
  const maps = [...inputs.keys()].filter((i) => inputs[i] === '-i').flatMap((_, i) => ['-map', `${i}`]);
  return [...inputs, ...maps, ...codecs];
}

const defaults = {
  rate: '30',
  size: '320x180',
  gop: 30,
  bframes: 0,
  video: true,
  picture: 'testsrc2', // of ffmpeg's sources, as the sound
  codec: 'libx264',
  audio: 'stereo',
  sound: 'sine',
  realtime: true,
};

// Publishes `frames` frames (of the time that many take, without video) to `url`, in real time. `copy` names a
// file that gets the same bytes: what was sent, to compare with.
export function encode(t, url, settings = {}) {
  const options = { ...defaults, frames: 3600, ...settings };
  const target = options.copy
    ? ['-flags', '+global_header', '-f', 'tee', `[f=flv]${url}|[f=flv]${options.copy}`]
    : ['-f', 'flv', url];
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...source(options), ...target], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text) => (errors += text));
  const done = new Promise((resolve) => child.on('close', (code) => resolve({ code, errors })));
  t.after(() => child.kill('SIGKILL'));
  return { done, kill: (signal = 'SIGKILL') => child.kill(signal) };
}

async function ffprobe(...args) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...args], {
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}

export async function streamsOf(url) {
  const entries = 'stream=codec_type,codec_name,width,height,channels,r_frame_rate:format=duration';
  const { streams, format } = await ffprobe('-show_entries', entries, url);
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  return { video, audio, duration: Number(format.duration) };
}

// Every packet and every decoded frame, by kind: {video: {dts, pts, frames}, audio: ...}, all in seconds.
export async function timesOf(url) {
  const packets = await ffprobe('-show_entries', 'packet=codec_type,dts_time,pts_time', url);
  const frames = await ffprobe('-show_entries', 'frame=media_type,pts_time', url);
  return Object.fromEntries(
    ['video', 'audio'].map((kind) => {
      const sent = packets.packets.filter((packet) => packet.codec_type === kind);
      const shown = frames.frames.filter((frame) => frame.media_type === kind);
      return [
        kind,
        {
          dts: sent.map((packet) => Number(packet.dts_time)),
          pts: sent.map((packet) => Number(packet.pts_time)).sort((a, b) => a - b),
          frames: shown.map((frame) => Number(frame.pts_time)),
        },
      ];
    }),
  );
}

// Plays `url` with GStreamer through `demuxer` until `buffers` decoded buffers have come out of it.
export function gstreamer(t, url, demuxer, buffers) {
  const pipeline = `souphttpsrc location=${url} ! ${demuxer} ! decodebin ! fakesink silent=false sync=false`;
  const child = spawn('gst-launch-1.0', ['-v', ...pipeline.split(' ')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let seen = 0;
  let output = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    child.stderr.on('data', (text) => (output += text));
    child.stdout.on('data', (text) => {
      seen += String(text).split('last-message = chain').length - 1;
      if (seen < buffers) return;
      child.kill('SIGKILL');
    });
    child.on('close', () => {
      clearTimeout(timer);
      if (seen >= buffers) resolve();
      else reject(new Error(`${demuxer} gave ${seen} of ${buffers} buffers of ${url}: ${output}`));
    });
  });
}
