import type { ListedLines } from './listing.js';

/** The largest companies of the S&P 500, by sector (GICS) and listing exchange: `SYMBOL Name`. */
export const US_STOCKS: ListedLines = {
  Technology: {
    XNAS: `
      AAPL Apple
      MSFT Microsoft
      NVDA NVIDIA
      AVGO Broadcom
      AMD Advanced Micro Devices
      CSCO Cisco Systems
      QCOM Qualcomm
      TXN Texas Instruments
      INTC Intel
      AMAT Applied Materials
      MU Micron Technology
      ADI Analog Devices
      LRCX Lam Research
      KLAC KLA
      ADBE Adobe
      INTU Intuit
      PLTR Palantir Technologies
      PANW Palo Alto Networks
      CRWD CrowdStrike
      SNPS Synopsys
      CDNS Cadence Design Systems
      FTNT Fortinet
      ADSK Autodesk
      NXPI NXP Semiconductors
      WDAY Workday
      ROP Roper Technologies
      MCHP Microchip Technology`,
    XNYS: `
      ORCL Oracle
      CRM Salesforce
      IBM IBM
      ACN Accenture
      NOW ServiceNow
      ANET Arista Networks
      APH Amphenol
      MSI Motorola Solutions
      TEL TE Connectivity
      DELL Dell Technologies
      GLW Corning`,
  },
  'Communication Services': {
    XNAS: `
      GOOGL Alphabet, class A
      GOOG Alphabet, class C
      META Meta Platforms
      NFLX Netflix
      CMCSA Comcast
      TMUS T-Mobile US
      CHTR Charter Communications
      WBD Warner Bros. Discovery`,
    XNYS: `
      DIS Walt Disney
      T AT&T
      VZ Verizon`,
  },
  'Consumer Discretionary': {
    XNAS: `
      AMZN Amazon
      TSLA Tesla
      BKNG Booking Holdings
      SBUX Starbucks
      ORLY O'Reilly Automotive
      MAR Marriott International
      ROST Ross Stores
      ABNB Airbnb
      DASH DoorDash`,
    XNYS: `
      HD Home Depot
      MCD McDonald's
      LOW Lowe's
      TJX TJX Companies
      NKE Nike
      CMG Chipotle Mexican Grill
      GM General Motors
      F Ford Motor
      HLT Hilton Worldwide
      AZO AutoZone
      RCL Royal Caribbean
      YUM Yum! Brands
      DHI D. R. Horton`,
  },
  'Consumer Staples': {
    XNAS: `
      COST Costco
      WMT Walmart
      PEP PepsiCo
      MDLZ Mondelez International
      MNST Monster Beverage
      KDP Keurig Dr Pepper`,
    XNYS: `
      PG Procter & Gamble
      KO Coca-Cola
      PM Philip Morris International
      MO Altria
      CL Colgate-Palmolive
      TGT Target
      KMB Kimberly-Clark
      GIS General Mills
      KR Kroger
      SYY Sysco`,
  },
  'Health Care': {
    XNAS: `
      AMGN Amgen
      GILD Gilead Sciences
      ISRG Intuitive Surgical
      VRTX Vertex Pharmaceuticals
      REGN Regeneron
      IDXX Idexx Laboratories
      BIIB Biogen`,
    XNYS: `
      LLY Eli Lilly
      UNH UnitedHealth
      JNJ Johnson & Johnson
      ABBV AbbVie
      MRK Merck
      TMO Thermo Fisher Scientific
      ABT Abbott Laboratories
      PFE Pfizer
      DHR Danaher
      BMY Bristol Myers Squibb
      SYK Stryker
      BSX Boston Scientific
      MDT Medtronic
      ELV Elevance Health
      CI Cigna
      CVS CVS Health
      MCK McKesson
      ZTS Zoetis
      HCA HCA Healthcare
      BDX Becton Dickinson`,
  },
  Financials: {
    XNAS: `
      CME CME Group
      PYPL PayPal
      COIN Coinbase
      NDAQ Nasdaq`,
    XNYS: `
      BRK-B Berkshire Hathaway, class B
      JPM JPMorgan Chase
      V Visa
      MA Mastercard
      BAC Bank of America
      WFC Wells Fargo
      GS Goldman Sachs
      MS Morgan Stanley
      C Citigroup
      AXP American Express
      BLK BlackRock
      SCHW Charles Schwab
      SPGI S&P Global
      PGR Progressive
      CB Chubb
      MRSH Marsh McLennan
      AIG American International Group
      ICE Intercontinental Exchange
      AON Aon
      USB U.S. Bancorp
      PNC PNC Financial Services
      TFC Truist
      COF Capital One
      MCO Moody's
      BNY BNY Mellon
      MET MetLife
      AFL Aflac
      TRV Travelers
      ALL Allstate
      PRU Prudential Financial
      BX Blackstone
      KKR KKR
      AJG Arthur J. Gallagher`,
  },
  Industrials: {
    XNAS: `
      HON Honeywell
      ADP Automatic Data Processing
      CSX CSX
      PCAR Paccar
      CTAS Cintas
      PAYX Paychex
      AXON Axon Enterprise`,
    XNYS: `
      GE GE Aerospace
      CAT Caterpillar
      RTX RTX
      BA Boeing
      UNP Union Pacific
      DE Deere
      LMT Lockheed Martin
      UPS United Parcel Service
      ETN Eaton
      GD General Dynamics
      NOC Northrop Grumman
      MMM 3M
      ITW Illinois Tool Works
      EMR Emerson Electric
      FDX FedEx
      WM Waste Management
      NSC Norfolk Southern
      TDG TransDigm
      PH Parker Hannifin
      GEV GE Vernova
      CARR Carrier Global
      JCI Johnson Controls
      UBER Uber`,
  },
  Energy: {
    XNAS: `
      FANG Diamondback Energy`,
    XNYS: `
      XOM ExxonMobil
      CVX Chevron
      COP ConocoPhillips
      EOG EOG Resources
      SLB Schlumberger
      MPC Marathon Petroleum
      PSX Phillips 66
      VLO Valero Energy
      OXY Occidental Petroleum
      WMB Williams
      KMI Kinder Morgan
      OKE Oneok`,
  },
  Materials: {
    XNAS: `
      LIN Linde`,
    XNYS: `
      SHW Sherwin-Williams
      ECL Ecolab
      APD Air Products
      FCX Freeport-McMoRan
      NEM Newmont
      NUE Nucor`,
  },
  Utilities: {
    XNAS: `
      CEG Constellation Energy
      AEP American Electric Power
      EXC Exelon
      XEL Xcel Energy`,
    XNYS: `
      NEE NextEra Energy
      SO Southern Company
      DUK Duke Energy
      SRE Sempra
      D Dominion Energy
      VST Vistra`,
  },
  'Real Estate': {
    XNAS: `
      EQIX Equinix`,
    XNYS: `
      PLD Prologis
      AMT American Tower
      WELL Welltower
      SPG Simon Property Group
      PSA Public Storage
      O Realty Income
      CCI Crown Castle`,
  },
};
